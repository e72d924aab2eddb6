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
        <name>CloseView</name>
        <message>
            <source>More like this</source>
            <translation>更多类似的</translation>
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
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Size in pixels</source>
            <translation>像素尺寸</translation>
        </message>
        <message>
            <source>Quality</source>
            <translation>质量</translation>
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
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
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
            <source>All commands</source>
            <translation>所有命令</translation>
        </message>
        <message>
            <source>Saved?</source>
            <translation>保存了吗？</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>This project is open to look only; nothing is changed.</source>
            <translation>此项目只能查看，不会改动任何内容。</translation>
        </message>
        <message>
            <source>Nothing to save: everything is kept by itself.</source>
            <translation>无需保存：一切都会自动保存。</translation>
        </message>
        <message>
            <source>Saved {time}. Everything is kept by itself.</source>
            <translation>已于 {time} 保存。一切都会自动保存。</translation>
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
        <message>
            <source>Choose one picture, then a second one with Ctrl or Shift, to compare.</source>
            <translation>先选一张图片，再按住 Ctrl 或 Shift 选第二张，即可比较。</translation>
        </message>
        <message>
            <source>Unlock</source>
            <translation>解锁</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
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
        <name>KeptPictures</name>
        <message>
            <source>Removed. It lies in the bin.</source>
            <translation>已移除，放在回收站中。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
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
            <source>Verified on this computer.</source>
            <translation>已在这台电脑上验证。</translation>
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
        <name>Rooms</name>
        <message>
            <source>Images</source>
            <translation>图像</translation>
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
            <source>How much memory the models may use together. By itself: three quarters of it.</source>
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
            <source>Open the project's folder</source>
            <translation>打开项目文件夹</translation>
        </message>
        <message>
            <source>About Atelier and its licences</source>
            <translation>关于 Atelier 与许可</translation>
        </message>
    </context>
    <context>
        <name>ShortcutsDialog</name>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>键盘快捷键</translation>
        </message>
        <message>
            <source>Window</source>
            <translation>窗口</translation>
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
        <name>Studio</name>
        <message>
            <source>{file} is open in another window ({holder}). It is open here to look only.</source>
            <translation>{file} 已在另一个窗口中打开（{holder}）。在这里只能查看。</translation>
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
            <source>There is no model that can be used. Reinstall Atelier, or put a model's folder into {folder}.</source>
            <translation>没有可用的模型。请重新安装 Atelier，或把模型文件夹放入 {folder}。</translation>
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
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Pictures near this one (M)</source>
            <translation>与这张相近的图片 (M)</translation>
        </message>
        <message>
            <source>Both side by side (C)</source>
            <translation>两张并排 (C)</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
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
    </context>
    <context>
        <name>ZoomView</name>
        <message>
            <source>100 %: one pixel a pixel; click to see all of it (0)</source>
            <translation>100 %：一个像素对一个像素；点击可看全图 (0)</translation>
        </message>
        <message>
            <source>Back to the wall (Esc)</source>
            <translation>回到图片墙 (Esc)</translation>
        </message>
        <message>
            <source>Smaller</source>
            <translation>缩小</translation>
        </message>
        <message>
            <source>Smaller (−)</source>
            <translation>缩小 (−)</translation>
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
            <source>Click a picture, or press Space, to mean it with what you do.</source>
            <translation>点击一张图片或按空格键，指定操作的对象。</translation>
        </message>
        <message>
            <source>{name} is meant</source>
            <translation>操作对象是 {name}</translation>
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
        <name>_FoldHead</name>
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
        <name>_InspectorSlot</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
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
