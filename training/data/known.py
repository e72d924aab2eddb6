"""Names, licences and class labels of the data sets that this project trains on itself."""

from dataclasses import dataclass

from training.data.dataset import ClassName, SourceCredit


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSet:
    """What an IDX folder's files do not say of themselves."""

    classes: tuple[ClassName, ...]
    credit: SourceCredit


def _classes(*names: tuple[str, str, str]) -> tuple[ClassName, ...]:
    return tuple(ClassName(id=key, en=en, zh_cn=zh_cn) for key, en, zh_cn in names)


KNOWN_IDX_SETS: dict[str, KnownSet] = {
    "fashion-mnist": KnownSet(
        classes=_classes(
            ("t-shirt", "T-shirt or top", "T恤或上衣"),
            ("trouser", "Trousers", "裤子"),
            ("pullover", "Pullover", "套头衫"),
            ("dress", "Dress", "连衣裙"),
            ("coat", "Coat", "外套"),
            ("sandal", "Sandal", "凉鞋"),
            ("shirt", "Shirt", "衬衫"),
            ("sneaker", "Sneaker", "运动鞋"),
            ("bag", "Bag", "包"),
            ("ankle-boot", "Ankle boot", "短靴"),
        ),
        credit=SourceCredit(
            name="Fashion-MNIST",
            creator="Zalando SE (Han Xiao, Kashif Rasul, Roland Vollgraf)",
            licence="MIT",
            url="https://github.com/zalandoresearch/fashion-mnist",
            text="Copyright (c) 2017 Zalando SE, https://tech.zalando.com",
        ),
    ),
}

# Simplified Chinese for DiceBear styles; a style that is not listed keeps its English name.
STYLE_NAMES_ZH_CN: dict[str, str] = {
    "clay": "黏土怪",
    "critters": "小怪兽",
    "cutouts": "剪纸脸",
    "landscape": "风景",
    "lorelei": "墨线头像",
    "marbles": "弹珠脸",
    "moods": "表情",
    "notionists": "线描人物",
    "open-peeps": "手绘人物",
    "pixel-art": "像素人物",
    "planets": "行星",
    "sprouts": "盆栽",
    "thumbs": "拇指人",
    "voxel-art": "体素小人",
    "voxel-bot": "体素机器人",
}
