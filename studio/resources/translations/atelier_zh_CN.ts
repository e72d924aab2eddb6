<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About Atelier and its licences</source>
            <translation>关于 Atelier 与许可</translation>
        </message>
        <message>
            <source>Version {version}</source>
            <translation>版本 {version}</translation>
        </message>
        <message>
            <source>An offline studio. Everything runs on this computer; nothing is sent anywhere.</source>
            <translation>离线工作室。一切都在这台电脑上运行，不会向任何地方发送数据。</translation>
        </message>
        <message>
            <source>Atelier is free software under the Apache License 2.0.</source>
            <translation>Atelier 是自由软件，采用 Apache License 2.0 许可。</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Built with</source>
            <translation>构建所用</translation>
        </message>
    </context>
    <context>
        <name>Attention</name>
        <message>
            <source>Choose a picture first.</source>
            <translation>请先选择图片。</translation>
        </message>
        <message>
            <source>It is kept already.</source>
            <translation>它已经保留了。</translation>
        </message>
        <message>
            <source>Choose a picture on the wall first.</source>
            <translation>请先在图片墙上选择一张图片。</translation>
        </message>
        <message>
            <source>This is the first wall.</source>
            <translation>这已是第一面图片墙。</translation>
        </message>
    </context>
    <context>
        <name>ChosenWorks</name>
        <message>
            <source>Choose a picture first.</source>
            <translation>请先选择图片。</translation>
        </message>
        <message>
            <source>Choose one picture first.</source>
            <translation>请先选择一张图片。</translation>
        </message>
        <message>
            <source>Choose two pictures first, with Ctrl or Shift.</source>
            <translation>请先按住 Ctrl 或 Shift 选择两张图片。</translation>
        </message>
        <message>
            <source>Restore it from the bin first.</source>
            <translation>请先把它从回收站恢复。</translation>
        </message>
        <message>
            <source>Open the bin first.</source>
            <translation>请先打开回收站。</translation>
        </message>
    </context>
    <context>
        <name>CloseView</name>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>Cross these two</source>
            <translation>杂交这两张</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
    </context>
    <context>
        <name>CommandPalette</name>
        <message>
            <source>Commands</source>
            <translation>命令</translation>
        </message>
        <message>
            <source>What would you like to do?</source>
            <translation>想做什么？</translation>
        </message>
        <message>
            <source>Nothing found</source>
            <translation>没有找到</translation>
        </message>
    </context>
    <context>
        <name>ComparisonView</name>
        <message>
            <source>Click a picture, or press Space, to mean it with what you do.</source>
            <translation>点击一张图片或按空格键，指定操作的对象。</translation>
        </message>
        <message>
            <source>Wipe</source>
            <translation>划变</translation>
        </message>
        <message>
            <source>Drag the line, or use the arrows (W)</source>
            <translation>拖动分界线，或使用方向键 (W)</translation>
        </message>
        <message>
            <source>Side by side</source>
            <translation>并排</translation>
        </message>
        <message>
            <source>Both beside each other (S)</source>
            <translation>两张并排显示 (S)</translation>
        </message>
        <message>
            <source>In turns</source>
            <translation>交替</translation>
        </message>
        <message>
            <source>One after the other (B)</source>
            <translation>轮流显示两张 (B)</translation>
        </message>
        <message>
            <source>Difference</source>
            <translation>差异</translation>
        </message>
        <message>
            <source>What is alike is black (D)</source>
            <translation>相同之处显示为黑色 (D)</translation>
        </message>
        <message>
            <source>{name}, meant</source>
            <translation>{name}，操作对象</translation>
        </message>
        <message>
            <source>{name}, not meant</source>
            <translation>{name}，非操作对象</translation>
        </message>
        <message>
            <source>Comparison: {names}</source>
            <translation>比较：{names}</translation>
        </message>
        <message>
            <source>Counting the pixels that differ…</source>
            <translation>正在统计不同的像素…</translation>
        </message>
        <message>
            <source>{first} and {second} pixels: of unlike sizes, so no pixel can be compared.</source>
            <translation>{first} 与 {second} 像素：尺寸不同，无法逐像素比较。</translation>
        </message>
        <message>
            <source>Identical: no pixel differs.</source>
            <translation>完全相同：没有不同的像素。</translation>
        </message>
        <message>
            <source>{count} of {total} pixels differ ({share}), by at most {largest} of 255.</source>
            <translation>{total} 个像素中有 {count} 个不同（{share}），最多相差 {largest}（共 255 级）。</translation>
        </message>
        <message>
            <source>Shown {gain} times as strong.</source>
            <translation>差异以 {gain} 倍强度显示。</translation>
        </message>
    </context>
    <context>
        <name>ControlRow</name>
        <message>
            <source>{name}: back to {value}; a double click does the same</source>
            <translation>{name}：恢复为 {value}；双击也可以</translation>
        </message>
    </context>
    <context>
        <name>CrashOffer</name>
        <message>
            <source>What differs</source>
            <translation>有何不同</translation>
        </message>
        <message>
            <source>Atelier was not closed properly. Everything up to then is here.</source>
            <translation>Atelier 上次没有正常关闭。在那之前的一切都在。</translation>
        </message>
        <message>
            <source>Atelier was not closed properly ({when}). Everything up to then is here.</source>
            <translation>Atelier 上次没有正常关闭（{when}）。在那之前的一切都在。</translation>
        </message>
    </context>
    <context>
        <name>CrashSheet</name>
        <message>
            <source>What differs</source>
            <translation>有何不同</translation>
        </message>
        <message>
            <source>What came since the beginning</source>
            <translation>从开始到现在的变化</translation>
        </message>
        <message>
            <source>Go back to the beginning</source>
            <translation>回到开始时</translation>
        </message>
        <message>
            <source>What came after Atelier was last closed</source>
            <translation>上次关闭 Atelier 之后的变化</translation>
        </message>
        <message>
            <source>Going back can be undone, and both ways stay among the versions.</source>
            <translation>返回可以撤销，两种状态都会留在版本中。</translation>
        </message>
        <message>
            <source>Keep everything</source>
            <translation>全部保留</translation>
        </message>
        <message>
            <source>Go back to the last close</source>
            <translation>回到上次关闭时</translation>
        </message>
    </context>
    <context>
        <name>DifferenceView</name>
        <message>
            <source>Looking…</source>
            <translation>正在查看…</translation>
        </message>
        <message>
            <source>Nothing differs: everything is as it was.</source>
            <translation>没有不同：一切如旧。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) of it were deleted for ever and cannot come back.</source>
            <translation>
                <numerusform>其中 %n 张图片已永久删除，无法恢复。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) kept since then</source>
            <translation>
                <numerusform>此后保留了 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) removed since then</source>
            <translation>
                <numerusform>此后移除了 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) rated or named otherwise</source>
            <translation>
                <numerusform>%n 张图片的星级或名称有变化</numerusform>
            </translation>
        </message>
        <message>
            <source>Another wall hangs in Images.</source>
            <translation>图像中挂着另一面图片墙。</translation>
        </message>
        <message numerus="yes">
            <source>%n other thing(s) have changed.</source>
            <translation>
                <numerusform>另有 %n 处变化。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Edits</name>
        <message>
            <source>keep a picture</source>
            <translation>保留图片</translation>
        </message>
        <message>
            <source>remove a kept picture</source>
            <translation>移除保留的图片</translation>
        </message>
        <message>
            <source>rate a picture</source>
            <translation>评价图片</translation>
        </message>
        <message>
            <source>name a picture</source>
            <translation>命名图片</translation>
        </message>
        <message>
            <source>new pictures</source>
            <translation>换一批图片</translation>
        </message>
        <message>
            <source>more like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>cross two pictures</source>
            <translation>杂交两张图片</translation>
        </message>
        <message>
            <source>kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>typical to strange</source>
            <translation>典型 / 奇异</translation>
        </message>
        <message>
            <source>how different</source>
            <translation>变化幅度</translation>
        </message>
        <message>
            <source>lock a picture</source>
            <translation>锁定图片</translation>
        </message>
        <message>
            <source>another model</source>
            <translation>更换模型</translation>
        </message>
        <message>
            <source>more pictures</source>
            <translation>更多图片</translation>
        </message>
        <message>
            <source>number of a picture</source>
            <translation>图片编号</translation>
        </message>
        <message>
            <source>a control</source>
            <translation>调整控制项</translation>
        </message>
        <message>
            <source>back to the wall before</source>
            <translation>回到上一面图片墙</translation>
        </message>
        <message>
            <source>change the wall</source>
            <translation>更改图片墙</translation>
        </message>
        <message>
            <source>restore a picture</source>
            <translation>恢复图片</translation>
        </message>
        <message>
            <source>go back to a version</source>
            <translation>回到某个版本</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Size in pixels</source>
            <translation>像素尺寸</translation>
        </message>
        <message>
            <source>Less makes the file smaller and the picture coarser.</source>
            <translation>数值越低，文件越小，图片越粗糙。</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>The file holds the recipe and every pixel: it can be remade exactly.</source>
            <translation>文件包含配方和每一个像素：可以完全一致地重新生成。</translation>
        </message>
        <message>
            <source>Each pixel becomes a square of {factor} × {factor}. The file holds the recipe of the picture as it was made.</source>
            <translation>每个像素变成 {factor} × {factor} 的方块。文件包含图片生成时的配方。</translation>
        </message>
        <message>
            <source>The file holds the recipe; its pixels are close, not exact.</source>
            <translation>文件包含配方；像素接近原图，但不完全一致。</translation>
        </message>
        <message>
            <source>Give the file a name.</source>
            <translation>请为文件命名。</translation>
        </message>
        <message>
            <source>A file of this name is there; it will be replaced.</source>
            <translation>已有同名文件，它将被替换。</translation>
        </message>
    </context>
    <context>
        <name>ExportSheet</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Quality</source>
            <translation>质量</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>Exporter</name>
        <message>
            <source>Exporting {name}</source>
            <translation>正在导出 {name}</translation>
        </message>
        <message>
            <source>Exported to {file}, opened again and checked.</source>
            <translation>已导出到 {file}，并重新打开核对过。</translation>
        </message>
    </context>
    <context>
        <name>FaultPage</name>
        <message>
            <source>Nothing of it was changed.</source>
            <translation>其中的内容没有任何改动。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Copy details</source>
            <translation>复制详情</translation>
        </message>
        <message>
            <source>Open another project…</source>
            <translation>打开其他项目…</translation>
        </message>
    </context>
    <context>
        <name>FilterPanel</name>
        <message>
            <source>Filters</source>
            <translation>筛选条件</translation>
        </message>
        <message>
            <source>Colour</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>保留时间</translation>
        </message>
        <message>
            <source>At least</source>
            <translation>至少</translation>
        </message>
        <message>
            <source>At least so many stars</source>
            <translation>至少多少颗星</translation>
        </message>
    </context>
    <context>
        <name>FoldHead</name>
        <message>
            <source>open</source>
            <translation>已展开</translation>
        </message>
        <message>
            <source>closed</source>
            <translation>已收起</translation>
        </message>
    </context>
    <context>
        <name>Folders</name>
        <message>
            <source>Open the folder</source>
            <translation>打开文件夹</translation>
        </message>
    </context>
    <context>
        <name>Furniture</name>
        <message>
            <source>Window</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Redo</source>
            <translation>重做</translation>
        </message>
        <message>
            <source>Show or hide the controls</source>
            <translation>显示或隐藏控制面板</translation>
        </message>
        <message>
            <source>The work alone</source>
            <translation>只显示作品</translation>
        </message>
        <message>
            <source>Output window for a second display</source>
            <translation>第二屏幕的输出窗口</translation>
        </message>
        <message>
            <source>All commands</source>
            <translation>所有命令</translation>
        </message>
        <message>
            <source>Go to {room}</source>
            <translation>前往{room}</translation>
        </message>
        <message>
            <source>{room}: look for “{words}”</source>
            <translation>{room}：查找“{words}”</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>The model process is back.</source>
            <translation>模型进程已恢复。</translation>
        </message>
        <message>
            <source>{wanted} was asked for, and {used} does the work: {reason}</source>
            <translation>您要求使用 {wanted}，实际由 {used} 运行：{reason}</translation>
        </message>
    </context>
    <context>
        <name>Gallery</name>
        <message numerus="yes">
            <source>%n picture(s) deleted for ever.</source>
            <translation>
                <numerusform>已永久删除 %n 张图片。</numerusform>
            </translation>
        </message>
        <message>
            <source>{size} of the disk are free again.</source>
            <translation>释放了 {size} 磁盘空间。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) put into the bin.</source>
            <translation>
                <numerusform>已将 %n 张图片放入回收站。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) are back.</source>
            <translation>
                <numerusform>已恢复 %n 张图片。</numerusform>
            </translation>
        </message>
        <message>
            <source>Any time</source>
            <translation>任何时间</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Last 7 days</source>
            <translation>最近 7 天</translation>
        </message>
        <message>
            <source>Last 30 days</source>
            <translation>最近 30 天</translation>
        </message>
        <message>
            <source>This year</source>
            <translation>今年</translation>
        </message>
        <message>
            <source>Newest first</source>
            <translation>最新在前</translation>
        </message>
        <message>
            <source>Oldest first</source>
            <translation>最早在前</translation>
        </message>
        <message>
            <source>Best first</source>
            <translation>星级高的在前</translation>
        </message>
        <message>
            <source>Made from one picture</source>
            <translation>由同一张图片生成</translation>
        </message>
        <message>
            <source>{stars} and more</source>
            <translation>{stars} 及以上</translation>
        </message>
        <message numerus="yes">
            <source>stars of %n picture(s)</source>
            <translation>
                <numerusform>%n 张图片的星级</numerusform>
            </translation>
        </message>
        <message>
            <source>name a picture</source>
            <translation>命名图片</translation>
        </message>
        <message numerus="yes">
            <source>remove %n picture(s)</source>
            <translation>
                <numerusform>移除 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n 星</numerusform>
            </translation>
        </message>
        <message>
            <source>number {number}</source>
            <translation>编号 {number}</translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>Red</source>
            <translation>红色</translation>
        </message>
        <message>
            <source>Orange</source>
            <translation>橙色</translation>
        </message>
        <message>
            <source>Yellow</source>
            <translation>黄色</translation>
        </message>
        <message>
            <source>Green</source>
            <translation>绿色</translation>
        </message>
        <message>
            <source>Teal</source>
            <translation>青色</translation>
        </message>
        <message>
            <source>Blue</source>
            <translation>蓝色</translation>
        </message>
        <message>
            <source>Purple</source>
            <translation>紫色</translation>
        </message>
        <message>
            <source>Pink</source>
            <translation>粉色</translation>
        </message>
        <message>
            <source>Brown</source>
            <translation>棕色</translation>
        </message>
        <message>
            <source>Black</source>
            <translation>黑色</translation>
        </message>
        <message>
            <source>Grey</source>
            <translation>灰色</translation>
        </message>
        <message>
            <source>White</source>
            <translation>白色</translation>
        </message>
        <message>
            <source>No stars yet</source>
            <translation>还没有星级</translation>
        </message>
        <message>
            <source>Some day</source>
            <translation>日期不详</translation>
        </message>
        <message>
            <source>MMMM yyyy</source>
            <comment>format of a month</comment>
            <translation>yyyy年M月</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>dddd, d MMMM</source>
            <comment>format of a day of this year</comment>
            <translation>M月d日，dddd</translation>
        </message>
        <message>
            <source>d MMMM yyyy</source>
            <comment>format of a day</comment>
            <translation>yyyy年M月d日</translation>
        </message>
    </context>
    <context>
        <name>GalleryCommands</name>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Compare two</source>
            <translation>比较两张</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Copy the number</source>
            <translation>复制编号</translation>
        </message>
        <message>
            <source>Name…</source>
            <translation>命名…</translation>
        </message>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n 星</numerusform>
            </translation>
        </message>
        <message>
            <source>No stars</source>
            <translation>没有星级</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Go to what it was made from</source>
            <translation>前往它的来源图片</translation>
        </message>
        <message>
            <source>Show what was made from it</source>
            <translation>显示由它生成的图片</translation>
        </message>
        <message>
            <source>Choose all</source>
            <translation>全选</translation>
        </message>
        <message>
            <source>Filter</source>
            <translation>筛选</translation>
        </message>
        <message>
            <source>Show all again</source>
            <translation>重新显示全部</translation>
        </message>
        <message>
            <source>Larger pictures</source>
            <translation>放大图片</translation>
        </message>
        <message>
            <source>Smaller pictures</source>
            <translation>缩小图片</translation>
        </message>
        <message>
            <source>Open or close the bin</source>
            <translation>打开或关闭回收站</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Delete for ever…</source>
            <translation>永久删除…</translation>
        </message>
        <message>
            <source>Empty the bin…</source>
            <translation>清空回收站…</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Stars</source>
            <translation>星级</translation>
        </message>
        <message>
            <source>What it was made from is not kept.</source>
            <translation>它的来源图片没有保留。</translation>
        </message>
        <message>
            <source>Nothing that was made from it is kept.</source>
            <translation>没有保留由它生成的图片。</translation>
        </message>
        <message>
            <source>The model {model} is not here; the picture can only be looked at.</source>
            <translation>模型 {model} 不在这里；这张图片只能查看。</translation>
        </message>
        <message>
            <source>These are too many to drag; export them instead.</source>
            <translation>图片太多，无法拖动；请改用导出。</translation>
        </message>
    </context>
    <context>
        <name>GalleryDetails</name>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Give it a name</source>
            <translation>起个名称</translation>
        </message>
        <message>
            <source>Stars</source>
            <translation>星级</translation>
        </message>
        <message>
            <source>Kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>保留时间</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>颜色</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) in the bin</source>
            <translation>
                <numerusform>回收站中有 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n kept picture(s)</source>
            <translation>
                <numerusform>%n 张保留的图片</numerusform>
            </translation>
        </message>
        <message>
            <source>Choose one to see how it was made; with Shift or Ctrl choose many. 1 to 5 give stars, F2 names, Delete puts into the bin.</source>
            <translation>选择一张，看它如何生成；按住 Shift 或 Ctrl 可选多张。1 到 5 评星级，F2 命名，Del 放入回收站。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) chosen</source>
            <translation>
                <numerusform>已选中 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>Go to what it was made from</source>
            <translation>前往它的来源图片</translation>
        </message>
        <message numerus="yes">
            <source>Go to the %n it was made from</source>
            <translation>
                <numerusform>前往它的 %n 张来源图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Show the %n made from it</source>
            <translation>
                <numerusform>显示由它生成的 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>It was made from a picture that is not kept.</source>
            <translation>它的来源图片没有保留。</translation>
        </message>
        <message>
            <source>some day</source>
            <translation>日期不详</translation>
        </message>
        <message>
            <source>d MMM yyyy, HH:mm</source>
            <comment>format of a moment</comment>
            <translation>yyyy/M/d HH:mm</translation>
        </message>
    </context>
    <context>
        <name>GalleryFoot</name>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Delete for ever…</source>
            <translation>永久删除…</translation>
        </message>
        <message>
            <source>Empty the bin…</source>
            <translation>清空回收站…</translation>
        </message>
        <message>
            <source>Smaller pictures</source>
            <translation>缩小图片</translation>
        </message>
        <message>
            <source>Larger pictures</source>
            <translation>放大图片</translation>
        </message>
    </context>
    <context>
        <name>GalleryGrid</name>
        <message>
            <source>Scroll the kept pictures</source>
            <translation>滚动保留的图片</translation>
        </message>
        <message>
            <source>Kept pictures</source>
            <translation>保留的图片</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>chosen</source>
            <translation>已选中</translation>
        </message>
        <message numerus="yes">
            <source>%n chosen in all</source>
            <translation>
                <numerusform>共选中 %n 张</numerusform>
            </translation>
        </message>
        <message>
            <source>{number} of {total}</source>
            <translation>第 {number} 张，共 {total} 张</translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
    </context>
    <context>
        <name>GalleryRoom</name>
        <message>
            <source>No picture fits</source>
            <translation>没有符合的图片</translation>
        </message>
        <message>
            <source>Nothing that lies here has all of this. Take a filter or a word away.</source>
            <translation>这里没有同时符合所有条件的图片。请去掉一个条件或一个词。</translation>
        </message>
        <message>
            <source>Show all again</source>
            <translation>重新显示全部</translation>
        </message>
        <message>
            <source>The bin is empty</source>
            <translation>回收站是空的</translation>
        </message>
        <message>
            <source>What you remove lies here until you delete it for ever.</source>
            <translation>移除的图片放在这里，直到您永久删除。</translation>
        </message>
        <message>
            <source>Back to the kept pictures</source>
            <translation>回到保留的图片</translation>
        </message>
        <message>
            <source>Nothing kept yet</source>
            <translation>还没有保留图片</translation>
        </message>
        <message>
            <source>In Images, press K on a picture that you like. It comes here with its recipe, so that it can be found and made again.</source>
            <translation>在“图像”中对喜欢的图片按 K。它会连同配方来到这里，方便查找和重新生成。</translation>
        </message>
        <message>
            <source>Nothing is kept</source>
            <translation>没有保留的图片</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) lie in the bin; open it above to take them out again.</source>
            <translation>
                <numerusform>回收站中有 %n 张图片；打开上方的回收站可以取回。</numerusform>
            </translation>
        </message>
        <message>
            <source>Go to Images</source>
            <translation>前往图像</translation>
        </message>
        <message numerus="yes">
            <source>Sorting kept pictures: %n to come</source>
            <translation>
                <numerusform>正在整理保留的图片：还剩 %n 张</numerusform>
            </translation>
        </message>
        <message>
            <source>{count} of {total}</source>
            <translation>{total} 中的 {count}</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) in the bin</source>
            <translation>
                <numerusform>回收站中有 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Looking at colours: %n to come</source>
            <translation>
                <numerusform>正在分析颜色：还剩 %n 张</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) kept</source>
            <translation>
                <numerusform>已保留 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>已选中 %n 张</numerusform>
            </translation>
        </message>
        <message>
            <source>What lies here stays until you delete it for ever.</source>
            <translation>这里的图片会一直留着，直到您永久删除。</translation>
        </message>
        <message>
            <source>Click to choose, Shift or Ctrl for many, 1 to 5 for stars.</source>
            <translation>单击选择，按住 Shift 或 Ctrl 多选，1 到 5 评星级。</translation>
        </message>
    </context>
    <context>
        <name>GalleryTitleBar</name>
        <message>
            <source>Filter</source>
            <translation>筛选</translation>
        </message>
        <message>
            <source>Bin</source>
            <translation>回收站</translation>
        </message>
        <message numerus="yes">
            <source>Bin, %n picture(s) in it</source>
            <translation>
                <numerusform>回收站，其中有 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>Filter by colour, model, kind, day and stars</source>
            <translation>按颜色、模型、类别、日期和星级筛选</translation>
        </message>
        <message numerus="yes">
            <source>Filter, %n set</source>
            <translation>
                <numerusform>筛选，已设 %n 项</numerusform>
            </translation>
        </message>
        <message>
            <source>Order: {order}</source>
            <translation>排序：{order}</translation>
        </message>
        <message>
            <source>Order</source>
            <translation>排序</translation>
        </message>
        <message>
            <source>Back to the kept pictures</source>
            <translation>回到保留的图片</translation>
        </message>
        <message>
            <source>Look into it</source>
            <translation>查看回收站</translation>
        </message>
    </context>
    <context>
        <name>ImagesInspector</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>Lab</source>
            <translation>实验室</translation>
        </message>
        <message>
            <source>All, mixed</source>
            <translation>全部混合</translation>
        </message>
        <message>
            <source>On</source>
            <translation>开</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>How different</source>
            <translation>变化幅度</translation>
        </message>
        <message>
            <source>How far “More like this” goes from the picture (mutation strength): 0 is the same, 1 has nothing to do with it.</source>
            <translation>“更多类似的”离原图有多远（变异强度）：0 为相同，1 为毫无关系。</translation>
        </message>
        <message>
            <source>a little</source>
            <translation>一点</translation>
        </message>
        <message>
            <source>very</source>
            <translation>很多</translation>
        </message>
        <message>
            <source>Number of this picture</source>
            <translation>这张图片的编号</translation>
        </message>
        <message>
            <source>The seed from which the picture's latent is drawn.</source>
            <translation>抽取图片潜变量所用的随机种子。</translation>
        </message>
        <message>
            <source>Recipe</source>
            <translation>配方</translation>
        </message>
    </context>
    <context>
        <name>ImagesRoom</name>
        <message>
            <source>Images</source>
            <translation>图像</translation>
        </message>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>New pictures</source>
            <translation>换一批</translation>
        </message>
        <message>
            <source>Lock, so that it stays</source>
            <translation>锁定，使其保留</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Compare two</source>
            <translation>比较两张</translation>
        </message>
        <message>
            <source>Cross these two</source>
            <translation>杂交这两张</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>More pictures below</source>
            <translation>在下方显示更多图片</translation>
        </message>
        <message>
            <source>Back to the wall before</source>
            <translation>回到上一面图片墙</translation>
        </message>
        <message>
            <source>Copy the number</source>
            <translation>复制编号</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Children of {first} and {second}.</source>
            <translation>{first} 与 {second} 的后代。</translation>
        </message>
        <message>
            <source>Pictures like {name}.</source>
            <translation>与 {name} 相似的图片。</translation>
        </message>
        <message>
            <source>Click one you like. Everything here runs on your computer.</source>
            <translation>点一张您喜欢的。一切都在您的电脑上运行。</translation>
        </message>
        <message>
            <source>Choose a picture first, for more like it.</source>
            <translation>请先选择一张图片，再生成更多类似的。</translation>
        </message>
    </context>
    <context>
        <name>ImagesTitleBar</name>
        <message>
            <source>Back to the wall before (Esc)</source>
            <translation>回到上一面图片墙 (Esc)</translation>
        </message>
        <message>
            <source>New pictures</source>
            <translation>换一批</translation>
        </message>
    </context>
    <context>
        <name>InspectorSlot</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
        </message>
    </context>
    <context>
        <name>KeptDoors</name>
        <message numerus="yes">
            <source>%n picture(s) copied, with their recipes.</source>
            <translation>
                <numerusform>已复制 %n 张图片，附带配方。</numerusform>
            </translation>
        </message>
        <message>
            <source>These are too many to hand over at once; export them instead.</source>
            <translation>一次交出的图片太多；请改用导出。</translation>
        </message>
    </context>
    <context>
        <name>KeptExportDialog</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message numerus="yes">
            <source>Export %n picture(s)</source>
            <translation>
                <numerusform>导出 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>{factor} times</source>
            <translation>{factor} 倍</translation>
        </message>
        <message>
            <source>As made</source>
            <translation>原始尺寸</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>Less makes the files smaller and the pictures coarser.</source>
            <translation>数值越低，文件越小，图片越粗糙。</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>Each file holds its recipe. Files that are there already stay.</source>
            <translation>每个文件都含有配方。已有的文件不会被改动。</translation>
        </message>
    </context>
    <context>
        <name>KeptExporter</name>
        <message numerus="yes">
            <source>Exporting %n picture(s)</source>
            <translation>
                <numerusform>正在导出 %n 张图片</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) exported, opened again and checked</source>
            <translation>
                <numerusform>已导出 %n 张图片，并重新打开核对过</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) could not be written.</source>
            <translation>
                <numerusform>%n 张图片未能写入。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>KeptPictures</name>
        <message>
            <source>Cross these two</source>
            <translation>杂交这两张</translation>
        </message>
        <message>
            <source>Removed. It lies in the bin.</source>
            <translation>已移除，放在回收站中。</translation>
        </message>
    </context>
    <context>
        <name>KeptStrip</name>
        <message>
            <source>Kept pictures</source>
            <translation>保留的图片</translation>
        </message>
        <message>
            <source>Kept pictures live here, each with its recipe. Drag one out into any program.</source>
            <translation>保留的图片放在这里，各自带着配方。可以拖到任何程序中。</translation>
        </message>
    </context>
    <context>
        <name>KeyCap</name>
        <message>
            <source>Press the keys</source>
            <translation>请按键</translation>
        </message>
    </context>
    <context>
        <name>Keys</name>
        <message>
            <source>{keys} belongs to Chinese input methods.</source>
            <translation>{keys} 由中文输入法使用。</translation>
        </message>
        <message>
            <source>{keys} moves and chooses everywhere.</source>
            <translation>{keys} 在各处用于移动和选择。</translation>
        </message>
        <message>
            <source>{keys} belongs to the system.</source>
            <translation>{keys} 由系统使用。</translation>
        </message>
    </context>
    <context>
        <name>LastWordDialog</name>
        <message>
            <source>Delete for ever?</source>
            <translation>永久删除？</translation>
        </message>
        <message numerus="yes">
            <source>Delete %n picture(s) for ever?</source>
            <translation>
                <numerusform>永久删除 %n 张图片？</numerusform>
            </translation>
        </message>
        <message>
            <source>This frees {size}. The recipe of a picture goes with it, and it cannot be undone. Files that you exported stay.</source>
            <translation>这将释放 {size}。图片的配方会一并删除，且无法撤销。您导出的文件不受影响。</translation>
        </message>
        <message>
            <source>Keep in the bin</source>
            <translation>留在回收站</translation>
        </message>
        <message>
            <source>Delete for ever</source>
            <translation>永久删除</translation>
        </message>
    </context>
    <context>
        <name>MagnifierButtons</name>
        <message>
            <source>Smaller</source>
            <translation>缩小</translation>
        </message>
        <message>
            <source>Smaller (−)</source>
            <translation>缩小 (−)</translation>
        </message>
        <message>
            <source>100 %: one pixel a pixel; click to see all of it (0)</source>
            <translation>100 %：一个像素对一个像素；点击可看全图 (0)</translation>
        </message>
        <message>
            <source>Larger</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Larger (+)</source>
            <translation>放大 (+)</translation>
        </message>
        <message>
            <source>Back (Esc)</source>
            <translation>返回 (Esc)</translation>
        </message>
    </context>
    <context>
        <name>MessagePage</name>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Choose another model</source>
            <translation>选择其他模型</translation>
        </message>
    </context>
    <context>
        <name>ModelButton</name>
        <message>
            <source>verified</source>
            <translation>已验证</translation>
        </message>
        <message>
            <source>Model: {title}</source>
            <translation>模型：{title}</translation>
        </message>
        <message>
            <source>Choose another model</source>
            <translation>选择其他模型</translation>
        </message>
        <message>
            <source>Verified: it makes here what it made where it was trained. Click to choose another model.</source>
            <translation>已验证：它在这里生成的结果与训练时一致。点击可选择其他模型。</translation>
        </message>
    </context>
    <context>
        <name>ModelCare</name>
        <message>
            <source>It does not make here what it made where it was trained: {fault}.</source>
            <translation>它在这里生成的结果与训练时不同：{fault}。</translation>
        </message>
    </context>
    <context>
        <name>ModelPicker</name>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>There are no models yet.</source>
            <translation>还没有模型。</translation>
        </message>
        <message>
            <source>Click to copy what is wrong with it.</source>
            <translation>点击复制它的问题说明。</translation>
        </message>
        <message>
            <source>Verified on this computer.</source>
            <translation>已在这台电脑上验证。</translation>
        </message>
        <message>
            <source>Copied what is wrong with {title}</source>
            <translation>已复制 {title} 的问题说明</translation>
        </message>
    </context>
    <context>
        <name>ModelStage</name>
        <message>
            <source>There is no model here that makes pictures. Put a model's folder into {folder} and start Atelier again.</source>
            <translation>这里没有能生成图片的模型。请把模型文件夹放入 {folder}，然后重新启动 Atelier。</translation>
        </message>
        <message>
            <source>Everything here runs on your computer.</source>
            <translation>一切都在您的电脑上运行。</translation>
        </message>
        <message>
            <source>No model</source>
            <translation>没有模型</translation>
        </message>
        <message>
            <source>This was made with the model “{model}”, which is not here. Choose another model, or put its folder into {folder}.</source>
            <translation>这张图片由模型“{model}”生成，但它不在这里。请选择其他模型，或把它的文件夹放入 {folder}。</translation>
        </message>
        <message>
            <source>Making {count} pictures</source>
            <translation>正在生成 {count} 张图片</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>NameSheet</name>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Name of the project</source>
            <translation>项目名称</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>NarrowingBar</name>
        <message>
            <source>Clear all</source>
            <translation>全部清除</translation>
        </message>
        <message>
            <source>Take away: {filter}</source>
            <translation>去掉：{filter}</translation>
        </message>
    </context>
    <context>
        <name>NeighbourhoodView</name>
        <message>
            <source>The picture and its neighbours</source>
            <translation>图片及其相近图片</translation>
        </message>
        <message>
            <source>a neighbour, being made</source>
            <translation>相近图片，正在生成</translation>
        </message>
    </context>
    <context>
        <name>Offers</name>
        <message>
            <source>off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>on</source>
            <translation>开</translation>
        </message>
        <message>
            <source>{setting}: {value}</source>
            <translation>{setting}：{value}</translation>
        </message>
    </context>
    <context>
        <name>OutputWindow</name>
        <message>
            <source>Fill the display (F)</source>
            <translation>铺满屏幕 (F)</translation>
        </message>
        <message>
            <source>Display {number}: {name}</source>
            <translation>屏幕 {number}：{name}</translation>
        </message>
        <message>
            <source>Close the output window (Esc)</source>
            <translation>关闭输出窗口 (Esc)</translation>
        </message>
    </context>
    <context>
        <name>PairCommands</name>
        <message>
            <source>Choose two pictures first.</source>
            <translation>请先选择两张图片。</translation>
        </message>
        <message>
            <source>Choose one picture, then a second one with Ctrl or Shift, to compare.</source>
            <translation>先选一张图片，再按住 Ctrl 或 Shift 选第二张，即可比较。</translation>
        </message>
        <message>
            <source>Choose one picture, then a second one with Ctrl or Shift, to cross them.</source>
            <translation>先选一张图片，再按住 Ctrl 或 Shift 选第二张，即可杂交。</translation>
        </message>
        <message>
            <source>Two models made them; only pictures of one model can be crossed.</source>
            <translation>它们由两个模型生成；只有同一模型的图片才能杂交。</translation>
        </message>
    </context>
    <context>
        <name>PictureCommands</name>
        <message>
            <source>Copied, with its recipe.</source>
            <translation>已复制，附带配方。</translation>
        </message>
        <message>
            <source>Copied number {number}.</source>
            <translation>已复制编号 {number}。</translation>
        </message>
        <message>
            <source>Kept with its recipe. Drag the file back to return here.</source>
            <translation>已连同配方一起保留。把文件拖回来即可回到这里。</translation>
        </message>
    </context>
    <context>
        <name>PictureNames</name>
        <message>
            <source>{kind} {number}</source>
            <translation>{kind} {number}</translation>
        </message>
        <message>
            <source>kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>locked</source>
            <translation>已锁定</translation>
        </message>
        <message>
            <source>the one that the others are like</source>
            <translation>其他图片与它相似</translation>
        </message>
        <message>
            <source>a variation</source>
            <translation>变体</translation>
        </message>
        <message>
            <source>a child of two</source>
            <translation>两张图片的后代</translation>
        </message>
        <message>
            <source>number {number}</source>
            <translation>编号 {number}</translation>
        </message>
        <message>
            <source>being made</source>
            <translation>正在生成</translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
        <message>
            <source>without {trait}</source>
            <translation>无{trait}</translation>
        </message>
    </context>
    <context>
        <name>PictureRow</name>
        <message>
            <source>+ {count}</source>
            <translation>+ {count}</translation>
        </message>
    </context>
    <context>
        <name>ProjectCommands</name>
        <message>
            <source>Project</source>
            <translation>项目</translation>
        </message>
        <message>
            <source>This project is open to look only; nothing is changed.</source>
            <translation>此项目只能查看，不会改动任何内容。</translation>
        </message>
        <message>
            <source>Everything is kept by itself.</source>
            <translation>一切都会自动保存。</translation>
        </message>
        <message>
            <source>Saved {time}.</source>
            <translation>已于 {time} 保存。</translation>
        </message>
        <message>
            <source>Name this version?</source>
            <translation>给这个版本命名？</translation>
        </message>
        <message>
            <source>Name it</source>
            <translation>命名</translation>
        </message>
        <message>
            <source>Everything is as it was in “{name}”.</source>
            <translation>一切已恢复为“{name}”时的样子。</translation>
        </message>
        <message>
            <source>A project has its own wall, kept pictures and history.</source>
            <translation>每个项目有自己的图片墙、保留的图片和历史。</translation>
        </message>
        <message>
            <source>It will lie in {folder}.</source>
            <translation>它将存放在 {folder}。</translation>
        </message>
        <message>
            <source>New project</source>
            <translation>新建项目</translation>
        </message>
        <message>
            <source>Create</source>
            <translation>新建</translation>
        </message>
        <message>
            <source>Rename the project</source>
            <translation>重命名项目</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>It stays in {folder}.</source>
            <translation>它仍存放在 {folder}。</translation>
        </message>
        <message>
            <source>Saved?</source>
            <translation>保存了吗？</translation>
        </message>
        <message>
            <source>Everything is saved by itself; press twice to name what is there now</source>
            <translation>一切都会自动保存；连按两次可给现在的状态命名</translation>
        </message>
        <message>
            <source>Name this version…</source>
            <translation>给这个版本命名…</translation>
        </message>
        <message>
            <source>Versions…</source>
            <translation>版本…</translation>
        </message>
        <message>
            <source>New project…</source>
            <translation>新建项目…</translation>
        </message>
        <message>
            <source>Open another project…</source>
            <translation>打开其他项目…</translation>
        </message>
        <message>
            <source>Rename the project…</source>
            <translation>重命名项目…</translation>
        </message>
        <message>
            <source>It is open to look only.</source>
            <translation>它目前只能查看。</translation>
        </message>
        <message>
            <source>Change to “{name}”</source>
            <translation>切换到“{name}”</translation>
        </message>
        <message>
            <source>Its folder is not there.</source>
            <translation>找不到它的文件夹。</translation>
        </message>
        <message>
            <source>“{name}” is a version now.</source>
            <translation>“{name}”已成为一个版本。</translation>
        </message>
    </context>
    <context>
        <name>Projects</name>
        <message>
            <source>My first project</source>
            <translation>我的第一个项目</translation>
        </message>
    </context>
    <context>
        <name>ProjectsSheet</name>
        <message>
            <source>Projects</source>
            <translation>项目</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
        <message>
            <source>Choose a folder…</source>
            <translation>选择文件夹…</translation>
        </message>
        <message>
            <source>Take off the list</source>
            <translation>从列表中移除</translation>
        </message>
        <message>
            <source>Nothing is deleted (Del)</source>
            <translation>不会删除任何内容 (Del)</translation>
        </message>
        <message>
            <source>Open now · {folder}</source>
            <translation>当前打开 · {folder}</translation>
        </message>
        <message>
            <source>Not there · {folder}</source>
            <translation>找不到 · {folder}</translation>
        </message>
        <message>
            <source>Open the project in this folder</source>
            <translation>打开此文件夹中的项目</translation>
        </message>
    </context>
    <context>
        <name>Rail</name>
        <message>
            <source>Rooms</source>
            <translation>工作间</translation>
        </message>
        <message>
            <source>Settings and help</source>
            <translation>设置与帮助</translation>
        </message>
    </context>
    <context>
        <name>RecipeSheet</name>
        <message>
            <source>Copy the recipe</source>
            <translation>复制配方</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>How different</source>
            <translation>变化幅度</translation>
        </message>
        <message>
            <source>Child of two</source>
            <translation>两张图片的后代</translation>
        </message>
        <message>
            <source>{share} of the second</source>
            <translation>第二张占 {share}</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>Made by</source>
            <translation>生成环境</translation>
        </message>
        <message>
            <source>Pixels</source>
            <translation>像素</translation>
        </message>
    </context>
    <context>
        <name>ReportPacker</name>
        <message>
            <source>A report is being packed.</source>
            <translation>正在打包报告。</translation>
        </message>
        <message>
            <source>Pack a report</source>
            <translation>打包报告</translation>
        </message>
        <message>
            <source>Zip files (*.zip)</source>
            <translation>Zip 文件 (*.zip)</translation>
        </message>
        <message>
            <source>Looking at this machine for the report…</source>
            <translation>正在为报告检查这台电脑…</translation>
        </message>
        <message>
            <source>The report is in {file}. It holds versions, devices and logs, and nothing that you wrote or made.</source>
            <translation>报告已存为 {file}。其中有版本、设备和日志，没有您写下或制作的任何内容。</translation>
        </message>
    </context>
    <context>
        <name>Restored</name>
        <message>
            <source>{file} is back, remade to the byte.</source>
            <translation>{file} 已恢复，重新生成的结果逐字节一致。</translation>
        </message>
        <message>
            <source>{file} is back, but not identical: the model has changed since it was made.</source>
            <translation>{file} 已恢复，但不完全相同：模型在它生成之后有改动。</translation>
        </message>
        <message>
            <source>{file} is back, but not identical: this computer makes it a little differently.</source>
            <translation>{file} 已恢复，但不完全相同：这台电脑生成的结果略有差异。</translation>
        </message>
    </context>
    <context>
        <name>RoomMenus</name>
        <message>
            <source>Unlock</source>
            <translation>解锁</translation>
        </message>
        <message>
            <source>Lock, so that it stays</source>
            <translation>锁定，使其保留</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
    </context>
    <context>
        <name>Rooms</name>
        <message>
            <source>Images</source>
            <translation>图像</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>保留</translation>
        </message>
    </context>
    <context>
        <name>SearchField</name>
        <message>
            <source>Search kept pictures</source>
            <translation>搜索保留的图片</translation>
        </message>
        <message>
            <source>Names, kinds, colours, numbers, and days such as 2026-11-22 (Ctrl+F)</source>
            <translation>名称、类别、颜色、编号，以及 2026-11-22 这样的日期 (Ctrl+F)</translation>
        </message>
    </context>
    <context>
        <name>SeedRow</name>
        <message>
            <source>Another number</source>
            <translation>换一个编号</translation>
        </message>
        <message>
            <source>Keep this number</source>
            <translation>锁定此编号</translation>
        </message>
        <message>
            <source>Copy the number</source>
            <translation>复制编号</translation>
        </message>
        <message>
            <source>Let the number change</source>
            <translation>允许编号变化</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Asked for at this start only.</source>
            <translation>仅用于本次启动。</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>{name}: back to the default</source>
            <translation>{name}：恢复默认值</translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message>
            <source>Appearance</source>
            <translation>外观</translation>
        </message>
        <message>
            <source>Working by hand</source>
            <translation>操作方式</translation>
        </message>
        <message>
            <source>This computer</source>
            <translation>这台电脑</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>The language of everything that the studio says.</source>
            <translation>工作室所有文字使用的语言。</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>Dark and light are both neutral grey, so that colours can be judged.</source>
            <translation>深色和浅色都是中性灰，便于判断颜色。</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Text size</source>
            <translation>文字大小</translation>
        </message>
        <message>
            <source>Buttons and panels grow along with the words.</source>
            <translation>按钮和面板会随文字一起变大。</translation>
        </message>
        <message>
            <source>Motion</source>
            <translation>动态效果</translation>
        </message>
        <message>
            <source>Without motion, pictures appear at once instead of fading or flying.</source>
            <translation>关闭动态效果后，图片会立即出现，不再淡入或飞动。</translation>
        </message>
        <message>
            <source>No motion</source>
            <translation>无动态效果</translation>
        </message>
        <message>
            <source>Swap sides</source>
            <translation>左右互换</translation>
        </message>
        <message>
            <source>The rail goes to the right and the controls to the left, for the left hand.</source>
            <translation>侧栏移到右边，控制面板移到左边，便于左手操作。</translation>
        </message>
        <message>
            <source>Touch mode</source>
            <translation>触控模式</translation>
        </message>
        <message>
            <source>Buttons as large as a fingertip; pressing long opens the menu.</source>
            <translation>按钮有指尖大小；长按打开菜单。</translation>
        </message>
        <message>
            <source>Single keys</source>
            <translation>单键快捷键</translation>
        </message>
        <message>
            <source>Keys such as K act without Ctrl. Turn them off if you speak your text or often hit keys by accident.</source>
            <translation>K 等按键不用配合 Ctrl 即可生效。如果您用语音输入文字，或经常误按，请关闭。</translation>
        </message>
        <message>
            <source>Device</source>
            <translation>设备</translation>
        </message>
        <message>
            <source>What the models run on. If it cannot do the work, another one does, and a notice says why.</source>
            <translation>模型在哪个设备上运行。如果它无法胜任，会换用其他设备，并说明原因。</translation>
        </message>
        <message>
            <source>The best one</source>
            <translation>最合适的设备</translation>
        </message>
        <message>
            <source>Threads</source>
            <translation>线程</translation>
        </message>
        <message>
            <source>How many processor threads a model may use. Fewer leave more to other programs.</source>
            <translation>模型最多可用多少个处理器线程。越少，留给其他程序的越多。</translation>
        </message>
        <message>
            <source>Memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>How much memory the models may use together. Automatic: three quarters of it.</source>
            <translation>所有模型一共最多可用多少内存。自动：四分之三。</translation>
        </message>
        <message>
            <source>Let models go after</source>
            <translation>模型闲置多久后释放</translation>
        </message>
        <message>
            <source>A model that was not used for so long gives its memory back; the next picture then takes a moment longer.</source>
            <translation>这么久没有使用的模型会交还内存；之后的第一张图片会稍慢一点。</translation>
        </message>
        <message>
            <source>min</source>
            <translation>分钟</translation>
        </message>
    </context>
    <context>
        <name>SettingsDialog</name>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
    </context>
    <context>
        <name>SettingsMenu</name>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Window</source>
            <translation>窗口</translation>
        </message>
        <message>
            <source>Settings…</source>
            <translation>设置…</translation>
        </message>
        <message>
            <source>Open the project's folder</source>
            <translation>打开项目文件夹</translation>
        </message>
        <message>
            <source>Pack a report…</source>
            <translation>打包报告…</translation>
        </message>
        <message>
            <source>About Atelier and its licences</source>
            <translation>关于 Atelier 与许可</translation>
        </message>
    </context>
    <context>
        <name>ShortcutRow</name>
        <message>
            <source>{name}: another key</source>
            <translation>{name}：更换按键</translation>
        </message>
        <message>
            <source>{name}, key {keys}: press to change it</source>
            <translation>{name}，按键 {keys}：按下可更改</translation>
        </message>
        <message>
            <source>Press to change it</source>
            <translation>按下可更改</translation>
        </message>
        <message>
            <source>Esc leaves it as it is.</source>
            <translation>按 Esc 保持不变。</translation>
        </message>
        <message>
            <source>Press others.</source>
            <translation>请按其他键。</translation>
        </message>
        <message>
            <source>{keys} is “{name}” already.</source>
            <translation>{keys} 已用于“{name}”。</translation>
        </message>
    </context>
    <context>
        <name>ShortcutsDialog</name>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>All keys</source>
            <translation>所有按键</translation>
        </message>
        <message>
            <source>Change keys…</source>
            <translation>更改按键…</translation>
        </message>
        <message>
            <source>Everywhere</source>
            <translation>各处</translation>
        </message>
        <message>
            <source>Move among pictures and choices</source>
            <translation>在图片和选项之间移动</translation>
        </message>
        <message>
            <source>Choose or open</source>
            <translation>选择或打开</translation>
        </message>
        <message>
            <source>Step back</source>
            <translation>返回上一步</translation>
        </message>
    </context>
    <context>
        <name>StarsRow</name>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n 星</numerusform>
            </translation>
        </message>
        <message>
            <source>no stars</source>
            <translation>没有星级</translation>
        </message>
    </context>
    <context>
        <name>StatusLine</name>
        <message>
            <source>Status</source>
            <translation>状态</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Cancel the work under way</source>
            <translation>取消正在进行的工作</translation>
        </message>
        <message>
            <source>Project: {name}</source>
            <translation>项目：{name}</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <source>Stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>Restarting</source>
            <translation>正在重启</translation>
        </message>
        <message numerus="yes">
            <source>CPU, %n thread(s)</source>
            <translation>
                <numerusform>CPU，%n 线程</numerusform>
            </translation>
        </message>
        <message>
            <source>Computes in half precision</source>
            <translation>以半精度计算</translation>
        </message>
        <message>
            <source>To look only</source>
            <translation>只能查看</translation>
        </message>
        <message>
            <source>Saves by itself</source>
            <translation>自动保存</translation>
        </message>
        <message>
            <source>Saved {time}</source>
            <translation>已保存 {time}</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
        <message>
            <source>Memory {percent}</source>
            <translation>内存 {percent}</translation>
        </message>
    </context>
    <context>
        <name>Stepper</name>
        <message>
            <source>{name}: less</source>
            <translation>{name}：减少</translation>
        </message>
        <message>
            <source>{name}: more</source>
            <translation>{name}：增加</translation>
        </message>
    </context>
    <context>
        <name>Studio</name>
        <message>
            <source>“{name}” is open in another window ({holder}). It is open here to look only.</source>
            <translation>“{name}”已在另一个窗口中打开（{holder}）。在这里只能查看。</translation>
        </message>
        <message>
            <source>“{name}” is open here to look only, so nothing was changed. Open it again when no other window holds it and its disk can be written.</source>
            <translation>“{name}”在这里只能查看，因此没有更改任何内容。等没有其他窗口占用它、磁盘可以写入时，再重新打开它。</translation>
        </message>
        <message>
            <source>“{name}” cannot be changed, so it is open here to look only. {reason}</source>
            <translation>“{name}”无法更改，因此在这里只能查看。{reason}</translation>
        </message>
        <message>
            <source>Open it again</source>
            <translation>重新打开</translation>
        </message>
        <message>
            <source>“{name}” is created and open.</source>
            <translation>“{name}”已创建并打开。</translation>
        </message>
        <message>
            <source>The project that was open last is not there: {folder}. Another one is open; nothing was deleted.</source>
            <translation>找不到上次打开的项目：{folder}。已打开另一个项目；没有删除任何内容。</translation>
        </message>
        <message numerus="yes">
            <source>%n kept picture(s) are safe.</source>
            <translation>
                <numerusform>%n 张保留的图片完好。</numerusform>
            </translation>
        </message>
        <message>
            <source>No kept pictures were found in it.</source>
            <translation>其中没有找到保留的图片。</translation>
        </message>
        <message numerus="yes">
            <source>%n of them came back from their files.</source>
            <translation>
                <numerusform>其中 %n 张由图片文件恢复。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n entries could not be saved.</source>
            <translation>
                <numerusform>%n 个条目未能救回。</numerusform>
            </translation>
        </message>
        <message>
            <source>What was done before cannot be undone any more.</source>
            <translation>此前的操作已无法撤销。</translation>
        </message>
        <message>
            <source>What was damaged is in {folder}.</source>
            <translation>损坏的部分存放在 {folder}。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>There is no model that can be used. Reinstall Atelier, or put a model's folder into {folder}.</source>
            <translation>没有可用的模型。请重新安装 Atelier，或把模型文件夹放入 {folder}。</translation>
        </message>
        <message>
            <source>The settings cannot be read; all are at their defaults.</source>
            <translation>无法读取设置；全部采用默认值。</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>键盘</translation>
        </message>
        <message>
            <source>These settings were damaged and are at their defaults: {names}.</source>
            <translation>这些设置已损坏，已恢复默认值：{names}。</translation>
        </message>
    </context>
    <context>
        <name>TileBar</name>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Cross these two</source>
            <translation>杂交这两张</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Pictures near this one</source>
            <translation>与这张相近的图片</translation>
        </message>
        <message>
            <source>A wipe between the two</source>
            <translation>在两张之间划变</translation>
        </message>
        <message>
            <source>Children of the two</source>
            <translation>两张的后代</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
    </context>
    <context>
        <name>TraitFinder</name>
        <message>
            <source>Find a kind or a control</source>
            <translation>查找类别或控制项</translation>
        </message>
        <message>
            <source>Nothing here is called “{text}”.</source>
            <translation>这里没有名为“{text}”的内容。</translation>
        </message>
    </context>
    <context>
        <name>UndoOffers</name>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>VersionList</name>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
    </context>
    <context>
        <name>Versions</name>
        <message>
            <source>The beginning</source>
            <translation>开始时</translation>
        </message>
        <message>
            <source>After a crash</source>
            <translation>意外退出之后</translation>
        </message>
        <message>
            <source>Before going back</source>
            <translation>返回之前</translation>
        </message>
        <message>
            <source>When it was closed</source>
            <translation>关闭时</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>d MMM yyyy</source>
            <translation>yyyy年M月d日</translation>
        </message>
        <message>
            <source>{day}, {time}</source>
            <translation>{day} {time}</translation>
        </message>
    </context>
    <context>
        <name>VersionsSheet</name>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Name what is there now</source>
            <translation>给现在的状态命名</translation>
        </message>
        <message>
            <source>Name of a new version</source>
            <translation>新版本的名称</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Put it back</source>
            <translation>放回</translation>
        </message>
        <message>
            <source>Name of this version</source>
            <translation>这个版本的名称</translation>
        </message>
        <message>
            <source>Name of this version (F2)</source>
            <translation>这个版本的名称 (F2)</translation>
        </message>
        <message>
            <source>What differs from now</source>
            <translation>与现在的不同</translation>
        </message>
        <message>
            <source>Go back to this version</source>
            <translation>回到这个版本</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>Made by itself; newer ones take its place. Name it to keep it.</source>
            <translation>自动生成，会被更新的版本取代。命名即可留住它。</translation>
        </message>
        <message>
            <source>“{name}” is deleted. No picture was touched.</source>
            <translation>已删除“{name}”。没有改动任何图片。</translation>
        </message>
    </context>
    <context>
        <name>WallBoard</name>
        <message>
            <source>More pictures</source>
            <translation>更多图片</translation>
        </message>
    </context>
    <context>
        <name>WallView</name>
        <message>
            <source>Wall of pictures</source>
            <translation>图片墙</translation>
        </message>
        <message>
            <source>Scroll the wall</source>
            <translation>滚动图片墙</translation>
        </message>
    </context>
    <context>
        <name>WorkBar</name>
        <message>
            <source>Cross these two</source>
            <translation>杂交这两张</translation>
        </message>
        <message>
            <source>Compare</source>
            <translation>比较</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Children of the two (X)</source>
            <translation>两张的后代 (X)</translation>
        </message>
        <message>
            <source>Two models made them; only pictures of one model can be crossed.</source>
            <translation>它们由两个模型生成；只有同一模型的图片才能杂交。</translation>
        </message>
    </context>
    <context>
        <name>WorkKeeper</name>
        <message>
            <source>This project is open to look only.</source>
            <translation>此项目目前只能查看。</translation>
        </message>
    </context>
    <context>
        <name>ZoomView</name>
        <message>
            <source>Picture before (Left)</source>
            <translation>上一张图片（左方向键）</translation>
        </message>
        <message>
            <source>Next picture (Right)</source>
            <translation>下一张图片（右方向键）</translation>
        </message>
    </context>
    <context>
        <name>_Card</name>
        <message>
            <source>News</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>Note</source>
            <translation>注意</translation>
        </message>
        <message>
            <source>Error</source>
            <translation>错误</translation>
        </message>
        <message>
            <source>Copy details</source>
            <translation>复制详情</translation>
        </message>
        <message>
            <source>Dismiss</source>
            <translation>关闭此消息</translation>
        </message>
    </context>
    <context>
        <name>_Content</name>
        <message>
            <source>Search the settings</source>
            <translation>搜索设置</translation>
        </message>
        <message>
            <source>Pages</source>
            <translation>页面</translation>
        </message>
        <message>
            <source>Nothing found</source>
            <translation>没有找到</translation>
        </message>
        <message>
            <source>Keyboard</source>
            <translation>键盘</translation>
        </message>
        <message>
            <source>Press a key's button, then the keys that you want.</source>
            <translation>先点按键按钮，再按下想用的按键。</translation>
        </message>
        <message>
            <source>All keys back to their defaults</source>
            <translation>所有按键恢复默认</translation>
        </message>
    </context>
    <context>
        <name>_Decision</name>
        <message>
            <source>Swap</source>
            <translation>互换</translation>
        </message>
        <message>
            <source>Take it</source>
            <translation>改给这里</translation>
        </message>
        <message>
            <source>No key</source>
            <translation>不设按键</translation>
        </message>
        <message>
            <source>Leave it</source>
            <translation>保持不变</translation>
        </message>
    </context>
    <context>
        <name>_ModelRow</name>
        <message>
            <source>cannot be used</source>
            <translation>无法使用</translation>
        </message>
    </context>
    <context>
        <name>_ProgressBar</name>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
    </context>
</TS>
