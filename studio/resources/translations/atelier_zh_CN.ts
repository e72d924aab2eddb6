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
        <name>BetweenPage</name>
        <message>
            <source>From: choose a picture</source>
            <translation>起点：选择图片</translation>
        </message>
        <message>
            <source>To: choose a picture</source>
            <translation>终点：选择图片</translation>
        </message>
        <message>
            <source>How far along the way</source>
            <translation>走了多远</translation>
        </message>
        <message>
            <source>Swap the two ends</source>
            <translation>交换两端</translation>
        </message>
        <message>
            <source>The two kept last</source>
            <translation>最近保留的两张</translation>
        </message>
        <message>
            <source>From</source>
            <translation>起点</translation>
        </message>
        <message>
            <source>To</source>
            <translation>终点</translation>
        </message>
        <message>
            <source>By position</source>
            <translation>按位置</translation>
        </message>
        <message>
            <source>Positions are turned into one another on their sphere (slerp of z).</source>
            <translation>位置沿球面互相转化（z 的球面插值）。</translation>
        </message>
        <message>
            <source>By style</source>
            <translation>按风格</translation>
        </message>
        <message>
            <source>Styles change evenly, layer by layer (linear in w): often smoother.</source>
            <translation>风格逐层均匀变化（w 的线性插值）：往往更平滑。</translation>
        </message>
        <message>
            <source>Two pictures, and everything that lies between them. Choose one for each end, or keep two (K) and come back.</source>
            <translation>两张图片，以及它们之间的一切。为两端各选一张，或先保留两张（K）再回来。</translation>
        </message>
        <message>
            <source>{share} of the way</source>
            <translation>走了 {share}</translation>
        </message>
    </context>
    <context>
        <name>Breed</name>
        <message>
            <source>start breeding</source>
            <translation>开始繁育</translation>
        </message>
        <message>
            <source>other parents</source>
            <translation>更换亲本</translation>
        </message>
        <message>
            <source>next generation</source>
            <translation>下一代</translation>
        </message>
        <message>
            <source>other children</source>
            <translation>换一批子代</translation>
        </message>
        <message>
            <source>more children</source>
            <translation>更多子代</translation>
        </message>
        <message>
            <source>how different</source>
            <translation>变化幅度</translation>
        </message>
        <message>
            <source>shape, texture or colour from whom</source>
            <translation>形、质、色取自谁</translation>
        </message>
        <message>
            <source>kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>mark a favourite</source>
            <translation>标为中意</translation>
        </message>
        <message>
            <source>The model that made this picture is not here.</source>
            <translation>生成这张图片的模型不在这里。</translation>
        </message>
        <message>
            <source>This picture lies between two others and has no position of its own to breed from. Breed from the two instead.</source>
            <translation>这张图片位于另外两张之间，没有自己的位置可供繁育。请改用那两张繁育。</translation>
        </message>
        <message>
            <source>Another model made it; only pictures of one model can have children.</source>
            <translation>它由另一个模型生成；只有同一模型的图片才能有子代。</translation>
        </message>
        <message>
            <source>Eight parents are the most.</source>
            <translation>最多八个亲本。</translation>
        </message>
    </context>
    <context>
        <name>BreedInspector</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
        </message>
        <message>
            <source>How different</source>
            <translation>变化幅度</translation>
        </message>
        <message>
            <source>How far children go from what their parents alone would give (mutation strength): 0 is not at all, 1 has nothing to do with them.</source>
            <translation>子代离亲本本身的结果有多远（变异强度）：0 为毫无偏离，1 为毫无关系。</translation>
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
            <source>This model draws a picture as a whole: children take some of every parent's position, and shape, texture and colour cannot be chosen apart.</source>
            <translation>这个模型整体绘制图片：子代从每个亲本的位置中各取一部分，形、质、色无法分开选择。</translation>
        </message>
        <message>
            <source>As the parents</source>
            <translation>同亲本</translation>
        </message>
    </context>
    <context>
        <name>BreedMenus</name>
        <message>
            <source>Find all its children</source>
            <translation>查找它的所有子代</translation>
        </message>
        <message>
            <source>Unfold its descendants</source>
            <translation>展开它的后代</translation>
        </message>
        <message>
            <source>Fold its descendants away</source>
            <translation>收起它的后代</translation>
        </message>
    </context>
    <context>
        <name>BreedMode</name>
        <message>
            <source>Not in the family tree yet</source>
            <translation>尚未进入家谱</translation>
        </message>
        <message>
            <source>Generation {number}</source>
            <translation>第 {number} 代</translation>
        </message>
        <message numerus="yes">
            <source>%n child(ren)</source>
            <translation>
                <numerusform>%n 个子代</numerusform>
            </translation>
        </message>
        <message>
            <source>Parent</source>
            <translation>亲本</translation>
        </message>
        <message>
            <source>Breed</source>
            <translation>繁育</translation>
        </message>
        <message>
            <source>Favourite</source>
            <translation>中意</translation>
        </message>
        <message>
            <source>Next generation</source>
            <translation>下一代</translation>
        </message>
        <message>
            <source>Other children</source>
            <translation>换一批子代</translation>
        </message>
        <message>
            <source>Breed from this</source>
            <translation>以此繁育</translation>
        </message>
        <message>
            <source>Parent, or not any more</source>
            <translation>设为或取消亲本</translation>
        </message>
        <message>
            <source>Children or family tree</source>
            <translation>子代或家谱</translation>
        </message>
        <message>
            <source>In the family tree</source>
            <translation>在家谱中</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Explore</source>
            <translation>探索</translation>
        </message>
        <message>
            <source>More like this, on the wall</source>
            <translation>在图片墙上看更多类似的</translation>
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
            <source>More children</source>
            <translation>更多子代</translation>
        </message>
        <message>
            <source>Search the family tree</source>
            <translation>搜索家谱</translation>
        </message>
        <message>
            <source>The next one found</source>
            <translation>下一个结果</translation>
        </message>
        <message>
            <source>The one found before</source>
            <translation>上一个结果</translation>
        </message>
        <message>
            <source>Larger</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Smaller</source>
            <translation>缩小</translation>
        </message>
        <message>
            <source>Everybody from whom your pictures came. Return breeds from one.</source>
            <translation>您的图片的所有来源。按回车以其中一张繁育。</translation>
        </message>
        <message>
            <source>Pictures have children here.</source>
            <translation>图片在这里有后代。</translation>
        </message>
        <message numerus="yes">
            <source>Children of %n picture(s). Mark the ones you like.</source>
            <translation>
                <numerusform>%n 张图片的子代。请标出您中意的。</numerusform>
            </translation>
        </message>
        <message>
            <source>It is not in the family tree yet: breed from it, or mark it (F).</source>
            <translation>它尚未进入家谱：以它繁育，或标为中意（F）。</translation>
        </message>
        <message>
            <source>Choose a picture first.</source>
            <translation>请先选择图片。</translation>
        </message>
        <message>
            <source>The picture is still being made.</source>
            <translation>图片仍在生成。</translation>
        </message>
        <message>
            <source>It is kept already.</source>
            <translation>它已经保留了。</translation>
        </message>
        <message>
            <source>Nobody is bred yet.</source>
            <translation>还没有繁育。</translation>
        </message>
        <message>
            <source>Mark a favourite first (F).</source>
            <translation>请先标出中意的（F）。</translation>
        </message>
        <message>
            <source>The family tree is not shown.</source>
            <translation>家谱没有显示。</translation>
        </message>
        <message numerus="yes">
            <source>Breeding %n picture(s)</source>
            <translation>
                <numerusform>正在繁育 %n 张图片</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>BreedPage</name>
        <message>
            <source>Children</source>
            <translation>子代</translation>
        </message>
        <message>
            <source>This generation</source>
            <translation>这一代</translation>
        </message>
        <message>
            <source>Family tree</source>
            <translation>家谱</translation>
        </message>
        <message>
            <source>Every ancestor of every picture</source>
            <translation>每张图片的每一位祖先</translation>
        </message>
        <message>
            <source>Children or family tree</source>
            <translation>子代或家谱</translation>
        </message>
    </context>
    <context>
        <name>ChildBar</name>
        <message>
            <source>Breed from this</source>
            <translation>以此繁育</translation>
        </message>
        <message>
            <source>Add to the parents</source>
            <translation>加入亲本</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Not a favourite</source>
            <translation>不再中意</translation>
        </message>
        <message>
            <source>Favourite</source>
            <translation>中意</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
    </context>
    <context>
        <name>ChildrenFoot</name>
        <message>
            <source>Other children</source>
            <translation>换一批子代</translation>
        </message>
        <message>
            <source>Next generation</source>
            <translation>下一代</translation>
        </message>
        <message numerus="yes">
            <source>%n favourite(s): the parents of the next generation.</source>
            <translation>
                <numerusform>%n 张中意的：下一代的亲本。</numerusform>
            </translation>
        </message>
        <message>
            <source>Mark the ones you like: they will be the next parents.</source>
            <translation>标出您中意的：它们将成为下一代的亲本。</translation>
        </message>
    </context>
    <context>
        <name>ChildrenPage</name>
        <message>
            <source>Children</source>
            <translation>子代</translation>
        </message>
        <message>
            <source>More children</source>
            <translation>更多子代</translation>
        </message>
        <message>
            <source>Child {number}, being made</source>
            <translation>子代 {number}，正在生成</translation>
        </message>
        <message>
            <source>{picture}, favourite</source>
            <translation>{picture}，中意</translation>
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
            <source>Enlarge…</source>
            <translation>放大…</translation>
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
        <name>ContactDialog</name>
        <message>
            <source>Contact sheet</source>
            <translation>缩样页</translation>
        </message>
        <message>
            <source>Title</source>
            <translation>标题</translation>
        </message>
        <message>
            <source>Columns</source>
            <translation>列数</translation>
        </message>
        <message>
            <source>Pictures in a row.</source>
            <translation>每行图片数。</translation>
        </message>
        <message>
            <source>Below each</source>
            <translation>每张下方</translation>
        </message>
        <message>
            <source>Its name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>Nothing</source>
            <translation>不写</translation>
        </message>
        <message>
            <source>Ground</source>
            <translation>底色</translation>
        </message>
        <message>
            <source>White</source>
            <translation>白色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>As</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>A picture (PNG)</source>
            <translation>图片（PNG）</translation>
        </message>
        <message>
            <source>Pages for print (PDF)</source>
            <translation>打印页面（PDF）</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message numerus="yes">
            <source>%n more picture(s) follow.</source>
            <translation>
                <numerusform>后面还有 %n 张图片。</numerusform>
            </translation>
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
        <name>DetailPreview</name>
        <message>
            <source>A detail before and after</source>
            <translation>局部的前后对比</translation>
        </message>
        <message>
            <source>Another part</source>
            <translation>另一处</translation>
        </message>
        <message>
            <source>before</source>
            <translation>之前</translation>
        </message>
        <message>
            <source>after</source>
            <translation>之后</translation>
        </message>
        <message>
            <source>Looking at a detail…</source>
            <translation>正在查看局部…</translation>
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
            <source>%n picture(s) came into the family tree or left it.</source>
            <translation>
                <numerusform>有 %n 张图片进入或离开了家谱。</numerusform>
            </translation>
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
            <source>a gene of a picture</source>
            <translation>图片的一个基因</translation>
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
        <name>EnlargeDialog</name>
        <message>
            <source>Less makes the file smaller and the picture coarser.</source>
            <translation>数值越低，文件越小，图片越粗糙。</translation>
        </message>
        <message>
            <source>Enlarge</source>
            <translation>放大</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>How</source>
            <translation>方式</translation>
        </message>
        <message>
            <source>Result</source>
            <translation>结果</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>{name}, {size} pixels</source>
            <translation>{name}，{size} 像素</translation>
        </message>
        <message>
            <source>Every pixel a square</source>
            <translation>每个像素变成方块</translation>
        </message>
        <message>
            <source>Drawn anew, smooth edges</source>
            <translation>重新绘制，边缘平滑</translation>
        </message>
        <message>
            <source>Write a file</source>
            <translation>写入文件</translation>
        </message>
        <message>
            <source>Write files</source>
            <translation>写入文件</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>{factor} times</source>
            <translation>{factor} 倍</translation>
        </message>
        <message>
            <source>Size in pixels</source>
            <translation>像素尺寸</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>尺寸</translation>
        </message>
        <message>
            <source>{factor} times as large; in print {size} cm at {dpi} dots an inch.</source>
            <translation>放大为 {factor} 倍；以每英寸 {dpi} 点打印为 {size} 厘米。</translation>
        </message>
        <message>
            <source>Too large: even twice the size would need {needed} MB, and {there} MB are free.</source>
            <translation>太大：仅两倍就需要 {needed} MB，可用 {there} MB。</translation>
        </message>
        <message>
            <source>{size} MB of memory</source>
            <translation>{size} MB 内存</translation>
        </message>
        <message>
            <source>Kept with its recipe, and how it was enlarged: it can be remade.</source>
            <translation>连同配方和放大方式一起保留：可以重新生成。</translation>
        </message>
        <message>
            <source>Each file holds its recipe. Files that are there already stay.</source>
            <translation>每个文件都含有配方。已有的文件不会被改动。</translation>
        </message>
        <message>
            <source>Transparency and colour profile stay. Files that are there already stay.</source>
            <translation>透明度和色彩配置文件保持不变。已有的文件不会被改动。</translation>
        </message>
        <message>
            <source>About a second</source>
            <translation>约一秒</translation>
        </message>
        <message>
            <source>About {count} s</source>
            <translation>约 {count} 秒</translation>
        </message>
        <message>
            <source>About {count} min</source>
            <translation>约 {count} 分钟</translation>
        </message>
    </context>
    <context>
        <name>EnlargeRun</name>
        <message numerus="yes">
            <source>Enlarging %n picture(s)</source>
            <translation>
                <numerusform>正在放大 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>Enlarged to {size} pixels, opened again and checked.</source>
            <translation>已放大到 {size} 像素，并重新打开核对过。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) enlarged, opened again and checked.</source>
            <translation>
                <numerusform>已放大 %n 张图片，并重新打开核对过。</numerusform>
            </translation>
        </message>
        <message>
            <source>It is kept.</source>
            <translation>它已保留。</translation>
        </message>
        <message>
            <source>They are kept.</source>
            <translation>它们已保留。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) could not be enlarged:</source>
            <translation>
                <numerusform>%n 张图片无法放大：</numerusform>
            </translation>
        </message>
        <message>
            <source>Its 16 bits a channel became 8.</source>
            <translation>每通道 16 位变成了 8 位。</translation>
        </message>
        <message>
            <source>It was changed after it had been made, so its recipe is not its own any more.</source>
            <translation>它在生成之后被改动过，因此配方已不再是它自己的。</translation>
        </message>
        <message>
            <source>It was enlarged in another way before, which a recipe cannot say.</source>
            <translation>它之前以另一种方式放大过，配方无法表述。</translation>
        </message>
        <message>
            <source>Memory ran out, so it was done in smaller parts.</source>
            <translation>内存不足，因此改为分成更小的块完成。</translation>
        </message>
        <message>
            <source>The graphics card could not do it, so the processor did.</source>
            <translation>显卡无法完成，因此由处理器完成。</translation>
        </message>
    </context>
    <context>
        <name>Explore</name>
        <message>
            <source>more: {trait}</source>
            <translation>更多：{trait}</translation>
        </message>
        <message>
            <source>less: {trait}</source>
            <translation>更少：{trait}</translation>
        </message>
        <message>
            <source>{steps} steps away</source>
            <translation>相距 {steps} 步</translation>
        </message>
    </context>
    <context>
        <name>ExploreEdits</name>
        <message>
            <source>begin exploring</source>
            <translation>开始探索</translation>
        </message>
        <message>
            <source>move</source>
            <translation>移动</translation>
        </message>
        <message>
            <source>surprise</source>
            <translation>惊喜</translation>
        </message>
        <message>
            <source>more or less of a trait</source>
            <translation>特征增减</translation>
        </message>
        <message>
            <source>a control</source>
            <translation>调整控制项</translation>
        </message>
        <message>
            <source>kind</source>
            <translation>类别</translation>
        </message>
        <message>
            <source>blend of kinds</source>
            <translation>类别混合</translation>
        </message>
        <message>
            <source>shape, texture or colour</source>
            <translation>形、质、色</translation>
        </message>
        <message>
            <source>number of the grain</source>
            <translation>颗粒编号</translation>
        </message>
        <message>
            <source>between two</source>
            <translation>两张之间</translation>
        </message>
        <message>
            <source>another number</source>
            <translation>另一个编号</translation>
        </message>
        <message>
            <source>back along the path</source>
            <translation>沿路径返回</translation>
        </message>
        <message>
            <source>set up the pad</source>
            <translation>设置触板</translation>
        </message>
        <message>
            <source>sample text</source>
            <translation>示例文字</translation>
        </message>
        <message>
            <source>forget the path</source>
            <translation>忘记路径</translation>
        </message>
        <message>
            <source>another model</source>
            <translation>更换模型</translation>
        </message>
        <message>
            <source>go on from a picture</source>
            <translation>从一张图片继续</translation>
        </message>
    </context>
    <context>
        <name>ExploreInspector</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
        </message>
        <message>
            <source>Free</source>
            <translation>自由</translation>
        </message>
        <message>
            <source>Genes</source>
            <translation>基因</translation>
        </message>
        <message>
            <source>what the pictures differ in</source>
            <translation>图片之间的差异</translation>
        </message>
        <message>
            <source>Shape, texture, colour</source>
            <translation>形、质、色</translation>
        </message>
        <message>
            <source>from other pictures</source>
            <translation>取自其他图片</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
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
            <source>The pad</source>
            <translation>触板</translation>
        </message>
        <message>
            <source>what a drag changes, and how far</source>
            <translation>拖动改变什么、改变多少</translation>
        </message>
        <message>
            <source>To the right and left</source>
            <translation>左右</translation>
        </message>
        <message>
            <source>Up and down</source>
            <translation>上下</translation>
        </message>
        <message>
            <source>Other free directions</source>
            <translation>换一组自由方向</translation>
        </message>
        <message>
            <source>How far the rim is</source>
            <translation>边缘有多远</translation>
        </message>
        <message>
            <source>In sigmas of a trait, or steps of a free direction. The wheel over the pad does the same.</source>
            <translation>以特征的标准差或自由方向的步数计。在触板上滚动滚轮效果相同。</translation>
        </message>
        <message>
            <source>near</source>
            <translation>近</translation>
        </message>
        <message>
            <source>far</source>
            <translation>远</translation>
        </message>
        <message>
            <source>Lab</source>
            <translation>实验室</translation>
        </message>
        <message>
            <source>numbers, recipe</source>
            <translation>编号、配方</translation>
        </message>
        <message>
            <source>Number of this picture</source>
            <translation>这张图片的编号</translation>
        </message>
        <message>
            <source>The seed from which the position is drawn; another goes there.</source>
            <translation>抽取位置所用的种子；换一个就去那里。</translation>
        </message>
        <message>
            <source>Number of the grain</source>
            <translation>颗粒编号</translation>
        </message>
        <message>
            <source>The seed of the noise, where the model has any.</source>
            <translation>噪声的种子（若模型有噪声）。</translation>
        </message>
        <message>
            <source>More or less of it, in sigmas: ±3 is as far as pictures go by chance.</source>
            <translation>增减多少，以标准差计：±3 是随机图片能到的最远处。</translation>
        </message>
    </context>
    <context>
        <name>ExploreMode</name>
        <message>
            <source>Explore</source>
            <translation>探索</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Surprise me</source>
            <translation>给我惊喜</translation>
        </message>
        <message>
            <source>The pad</source>
            <translation>触板</translation>
        </message>
        <message>
            <source>The numbers</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>Between two</source>
            <translation>两张之间</translation>
        </message>
        <message>
            <source>Other free directions</source>
            <translation>换一组自由方向</translation>
        </message>
        <message>
            <source>More like this, on the wall</source>
            <translation>在图片墙上看更多类似的</translation>
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
            <source>Forget the path</source>
            <translation>忘记路径</translation>
        </message>
        <message>
            <source>Every number is a picture. Click one to go there.</source>
            <translation>每个编号都是一张图片。点击即可前往。</translation>
        </message>
        <message>
            <source>Choose two pictures and go from one to the other.</source>
            <translation>选择两张图片，从一张走到另一张。</translation>
        </message>
        <message>
            <source>Drag the picture. The neighbours show where you are going.</source>
            <translation>拖动图片。周围的图片显示您将去往何处。</translation>
        </message>
        <message>
            <source>The rim is {reach} away (wheel)</source>
            <translation>边缘相距 {reach}（滚轮）</translation>
        </message>
        <message>
            <source>The picture is still being made.</source>
            <translation>图片仍在生成。</translation>
        </message>
        <message>
            <source>It is kept already.</source>
            <translation>它已经保留了。</translation>
        </message>
        <message>
            <source>Breed from it</source>
            <translation>以它繁育</translation>
        </message>
        <message>
            <source>Into the film</source>
            <translation>放入影片</translation>
        </message>
        <message>
            <source>Go back here</source>
            <translation>回到这里</translation>
        </message>
    </context>
    <context>
        <name>ExplorePage</name>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message>
            <source>Surprise me</source>
            <translation>给我惊喜</translation>
        </message>
        <message>
            <source>Drag through what lies around the picture</source>
            <translation>在图片周围拖动</translation>
        </message>
        <message>
            <source>Pictures by their numbers</source>
            <translation>按编号看图片</translation>
        </message>
        <message>
            <source>The way from one picture to another</source>
            <translation>从一张图片到另一张的路</translation>
        </message>
        <message>
            <source>Pad</source>
            <translation>触板</translation>
        </message>
        <message>
            <source>Numbers</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>Between two</source>
            <translation>两张之间</translation>
        </message>
        <message>
            <source>Path</source>
            <translation>路径</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
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
        <name>FamilyTree</name>
        <message>
            <source>generation {number}</source>
            <translation>第 {number} 代</translation>
        </message>
        <message>
            <source>favourite</source>
            <translation>中意</translation>
        </message>
        <message>
            <source>kept</source>
            <translation>已保留</translation>
        </message>
        <message numerus="yes">
            <source>%n child(ren)</source>
            <translation>
                <numerusform>%n 个子代</numerusform>
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
        <name>FilmDesk</name>
        <message>
            <source>This project is open to look only.</source>
            <translation>此项目目前只能查看。</translation>
        </message>
    </context>
    <context>
        <name>FilmInspector</name>
        <message>
            <source>Controls</source>
            <translation>控制</translation>
        </message>
        <message>
            <source>Put pictures into the film, and its controls are here.</source>
            <translation>把图片放入影片后，这里会出现影片的控制项。</translation>
        </message>
        <message>
            <source>Key</source>
            <translation>关键帧</translation>
        </message>
        <message>
            <source>Stays</source>
            <translation>停留</translation>
        </message>
        <message>
            <source>How long the picture stays before the film moves on.</source>
            <translation>影片继续之前图片停留多久。</translation>
        </message>
        <message>
            <source>Pace to the next key</source>
            <translation>到下一关键帧的节奏</translation>
        </message>
        <message>
            <source>How the time between this key and the next passes.</source>
            <translation>这一关键帧到下一关键帧之间时间如何流逝。</translation>
        </message>
        <message>
            <source>Take out</source>
            <translation>移出</translation>
        </message>
        <message>
            <source>Time</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>When the film reaches this picture.</source>
            <translation>影片何时到达这张图片。</translation>
        </message>
        <message>
            <source>Film</source>
            <translation>影片</translation>
        </message>
        <message>
            <source>Name of the film</source>
            <translation>影片名称</translation>
        </message>
        <message>
            <source>Pictures a second</source>
            <translation>每秒帧数</translation>
        </message>
        <message>
            <source>Loop without a seam</source>
            <translation>无缝循环</translation>
        </message>
        <message>
            <source>Space the keys evenly</source>
            <translation>均匀分布关键帧</translation>
        </message>
        <message>
            <source>Length</source>
            <translation>长度</translation>
        </message>
        <message>
            <source>Makes all of it slower or faster.</source>
            <translation>整体变慢或变快。</translation>
        </message>
        <message>
            <source>Way</source>
            <translation>方式</translation>
        </message>
        <message>
            <source>Travel by</source>
            <translation>行进依据</translation>
        </message>
        <message>
            <source>Position goes along the sphere of positions; style mixes what the model makes of them; zone by zone lets form, texture and colour follow one another.</source>
            <translation>“位置”沿位置的球面行进；“风格”混合模型由此得出的风格；“逐区域”让形、质、色先后变化。</translation>
        </message>
        <message>
            <source>This model has no styles or zones, so films of it travel by position.</source>
            <translation>这个模型没有风格或区域，因此影片按位置行进。</translation>
        </message>
        <message>
            <source>Zones apart</source>
            <translation>区域错开</translation>
        </message>
        <message>
            <source>To the right form goes first, to the left colour.</source>
            <translation>向右形先行，向左色先行。</translation>
        </message>
        <message>
            <source>colour first</source>
            <translation>色先行</translation>
        </message>
        <message>
            <source>form first</source>
            <translation>形先行</translation>
        </message>
        <message>
            <source>Course</source>
            <translation>路线</translation>
        </message>
        <message>
            <source>From key to key directly, or along one curve through all of them.</source>
            <translation>从关键帧直接到关键帧，或沿一条曲线穿过全部。</translation>
        </message>
        <message>
            <source>Fine detail</source>
            <translation>细节纹理</translation>
        </message>
        <message>
            <source>The grain stays as it is in the first key, or changes in each picture.</source>
            <translation>颗粒保持首个关键帧的样子，或逐帧变化。</translation>
        </message>
        <message>
            <source>Tempo</source>
            <translation>速度（节拍）</translation>
        </message>
        <message>
            <source>Keys on a beat</source>
            <translation>关键帧落在节拍上</translation>
        </message>
        <message>
            <source>Beats a minute</source>
            <translation>每分钟节拍</translation>
        </message>
        <message>
            <source>The ruler shows beats, and keys are drawn to them.</source>
            <translation>标尺显示节拍，关键帧会被吸附过去。</translation>
        </message>
        <message>
            <source>Tap a beat</source>
            <translation>敲击节拍</translation>
        </message>
        <message>
            <source>Tap three times or more in time with the music.</source>
            <translation>随音乐敲击三次以上。</translation>
        </message>
        <message>
            <source>Draw keys to the beat</source>
            <translation>关键帧吸附节拍</translation>
        </message>
        <message>
            <source>Cut to {count} beats</source>
            <translation>剪裁为 {count} 拍</translation>
        </message>
        <message>
            <source>The loop becomes so many beats long, each key on one, without a seam.</source>
            <translation>循环变成这么多拍，每个关键帧落在一拍上，无缝衔接。</translation>
        </message>
        <message>
            <source>Key {number} of {count}</source>
            <translation>关键帧 {number}，共 {count} 个</translation>
        </message>
    </context>
    <context>
        <name>FilmJobs</name>
        <message>
            <source>The film {name} was not finished.</source>
            <translation>影片 {name} 没有完成。</translation>
        </message>
        <message>
            <source>{count} films were not finished.</source>
            <translation>有 {count} 部影片没有完成。</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Making {name}</source>
            <translation>正在制作 {name}</translation>
        </message>
        <message>
            <source>preparing</source>
            <translation>准备中</translation>
        </message>
        <message>
            <source>pictures</source>
            <translation>图片</translation>
        </message>
        <message>
            <source>writing</source>
            <translation>写入</translation>
        </message>
        <message>
            <source>checking</source>
            <translation>核对</translation>
        </message>
        <message>
            <source>paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>the film's process ended unexpectedly</source>
            <translation>影片进程意外结束</translation>
        </message>
        <message>
            <source>Its sides were made even.</source>
            <translation>边长已调整为偶数。</translation>
        </message>
        <message>
            <source>A GIF shows at most 50 pictures a second, so some were left out.</source>
            <translation>GIF 每秒最多显示 50 帧，因此略去了一些。</translation>
        </message>
        <message>
            <source>What could be seen through stands on black.</source>
            <translation>透明的部分以黑色为底。</translation>
        </message>
        <message>
            <source>The film is in {file}, opened again and checked.</source>
            <translation>影片已写入 {file}，并重新打开核对过。</translation>
        </message>
    </context>
    <context>
        <name>FilmMode</name>
        <message>
            <source>Film</source>
            <translation>影片</translation>
        </message>
        <message>
            <source>Play or pause</source>
            <translation>播放或暂停</translation>
        </message>
        <message>
            <source>Key here</source>
            <translation>设关键帧</translation>
        </message>
        <message>
            <source>Tap a beat</source>
            <translation>敲击节拍</translation>
        </message>
        <message>
            <source>Cut to the beat</source>
            <translation>按节拍剪裁</translation>
        </message>
        <message>
            <source>Export the film…</source>
            <translation>导出影片…</translation>
        </message>
        <message>
            <source>To the start</source>
            <translation>回到开头</translation>
        </message>
        <message>
            <source>One picture back</source>
            <translation>后退一帧</translation>
        </message>
        <message>
            <source>One picture on</source>
            <translation>前进一帧</translation>
        </message>
        <message>
            <source>Loop without a seam</source>
            <translation>无缝循环</translation>
        </message>
        <message>
            <source>Take the key out</source>
            <translation>移出关键帧</translation>
        </message>
        <message>
            <source>A new film</source>
            <translation>新建影片</translation>
        </message>
        <message>
            <source>Open a film…</source>
            <translation>打开影片…</translation>
        </message>
        <message>
            <source>Rename the film</source>
            <translation>重命名影片</translation>
        </message>
        <message>
            <source>Delete the film</source>
            <translation>删除影片</translation>
        </message>
        <message>
            <source>Pause or go on making films</source>
            <translation>暂停或继续制作影片</translation>
        </message>
        <message>
            <source>What is seen now becomes a key</source>
            <translation>把当前画面设为关键帧</translation>
        </message>
        <message>
            <source>A film leads from picture to picture.</source>
            <translation>影片从一张图片走向另一张。</translation>
        </message>
        <message>
            <source>Add another picture, and the film has somewhere to go.</source>
            <translation>再添一张图片，影片就有了去处。</translation>
        </message>
        <message>
            <source>Drag the keys. Space plays.</source>
            <translation>拖动关键帧。空格播放。</translation>
        </message>
        <message>
            <source>The model of this film, “{model}”, is not here.</source>
            <translation>这部影片的模型“{model}”不在这里。</translation>
        </message>
        <message>
            <source>A film goes from picture to picture through everything that lies between. Drag kept pictures onto the timeline, or begin with the newest of them.</source>
            <translation>影片从一张图片走到另一张，经过其间的一切。把保留的图片拖到时间线上，或从最新的开始。</translation>
        </message>
        <message>
            <source>Film what I kept</source>
            <translation>用保留的图片做影片</translation>
        </message>
        <message>
            <source>A film goes from picture to picture through everything that lies between. Keep two pictures on the wall (K), and they wait here.</source>
            <translation>影片从一张图片走到另一张，经过其间的一切。在图片墙上保留两张（K），它们会在这里等候。</translation>
        </message>
        <message>
            <source>{rate} pictures a second</source>
            <translation>每秒 {rate} 帧</translation>
        </message>
        <message>
            <source>{rate} of {wanted} pictures a second: the others were left out</source>
            <translation>每秒 {rate} 帧（应为 {wanted}）：其余的略去了</translation>
        </message>
        <message>
            <source>There is a key here already.</source>
            <translation>这里已有关键帧。</translation>
        </message>
        <message>
            <source>This film is made with another model. “A new film” begins one for these pictures.</source>
            <translation>这部影片使用另一个模型。“新建影片”可为这些图片另开一部。</translation>
        </message>
        <message>
            <source>Tap on in time with the music.</source>
            <translation>继续随音乐敲击。</translation>
        </message>
        <message>
            <source>{bpm} beats a minute. “Cut to the beat” makes the loop eight beats long.</source>
            <translation>每分钟 {bpm} 拍。“按节拍剪裁”使循环长八拍。</translation>
        </message>
        <message>
            <source>Deleted. Undo brings the film back.</source>
            <translation>已删除。撤销可恢复影片。</translation>
        </message>
        <message>
            <source>Films made here</source>
            <translation>在此制作的影片</translation>
        </message>
        <message>
            <source>Open a film</source>
            <translation>打开影片</translation>
        </message>
        <message>
            <source>Keep this picture</source>
            <translation>保留这张图片</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Explore from here</source>
            <translation>从这里探索</translation>
        </message>
        <message>
            <source>Breed from it</source>
            <translation>以它繁育</translation>
        </message>
        <message>
            <source>Go there</source>
            <translation>前往</translation>
        </message>
        <message>
            <source>Pace to the next key</source>
            <translation>到下一关键帧的节奏</translation>
        </message>
        <message>
            <source>Into the film</source>
            <translation>放入影片</translation>
        </message>
        <message>
            <source>Into the film at the playhead</source>
            <translation>放到播放头处</translation>
        </message>
        <message>
            <source>Put pictures into the film first.</source>
            <translation>请先把图片放入影片。</translation>
        </message>
        <message>
            <source>Choose a key first.</source>
            <translation>请先选择关键帧。</translation>
        </message>
        <message>
            <source>Tap a beat first (T).</source>
            <translation>请先敲击节拍（T）。</translation>
        </message>
        <message>
            <source>No film is being made.</source>
            <translation>没有正在制作的影片。</translation>
        </message>
    </context>
    <context>
        <name>FilmPage</name>
        <message>
            <source>The films of this project</source>
            <translation>此项目的影片</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>播放</translation>
        </message>
        <message>
            <source>To the start</source>
            <translation>回到开头</translation>
        </message>
        <message>
            <source>Loop without a seam</source>
            <translation>无缝循环</translation>
        </message>
        <message>
            <source>Key here</source>
            <translation>设关键帧</translation>
        </message>
        <message>
            <source>What is seen now becomes a key</source>
            <translation>把当前画面设为关键帧</translation>
        </message>
        <message>
            <source>Film what I kept</source>
            <translation>用保留的图片做影片</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
    </context>
    <context>
        <name>FilmSheet</name>
        <message>
            <source>Export the film</source>
            <translation>导出影片</translation>
        </message>
        <message>
            <source>PNG files</source>
            <translation>PNG 文件</translation>
        </message>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Crisp</source>
            <translation>清晰</translation>
        </message>
        <message>
            <source>Smooth</source>
            <translation>平滑</translation>
        </message>
        <message>
            <source>Edges of enlarged pixels</source>
            <translation>放大像素的边缘</translation>
        </message>
        <message>
            <source>Small file</source>
            <translation>小文件</translation>
        </message>
        <message>
            <source>Good</source>
            <translation>良好</translation>
        </message>
        <message>
            <source>Best</source>
            <translation>最佳</translation>
        </message>
        <message>
            <source>Quality</source>
            <translation>质量</translation>
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
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>Size in pixels</source>
            <translation>像素尺寸</translation>
        </message>
        <message>
            <source>Give the film a name.</source>
            <translation>请给影片起个名字。</translation>
        </message>
        <message>
            <source>A film of this name is there; it will be replaced.</source>
            <translation>已有同名影片，它将被替换。</translation>
        </message>
        <message>
            <source>Something else of this name is there; give another one.</source>
            <translation>已有同名的其他内容，请换一个名字。</translation>
        </message>
        <message>
            <source>{seconds} s, {frames} pictures of {width} × {height}, about {size}.</source>
            <translation>{seconds} 秒，{frames} 帧，{width} × {height}，约 {size}。</translation>
        </message>
        <message>
            <source>A GIF shows at most 50 pictures a second: some are left out.</source>
            <translation>GIF 每秒最多显示 50 帧：会略去一些。</translation>
        </message>
        <message>
            <source>Its sides are made even.</source>
            <translation>边长将调整为偶数。</translation>
        </message>
        <message>
            <source>The file holds the film: open it here to go on with it.</source>
            <translation>文件中含有影片本身：在这里打开即可继续。</translation>
        </message>
        <message>
            <source>Folder (*)</source>
            <translation>文件夹 (*)</translation>
        </message>
    </context>
    <context>
        <name>FilmSteps</name>
        <message>
            <source>Begin a film</source>
            <translation>开始一部影片</translation>
        </message>
        <message>
            <source>Add to the film</source>
            <translation>加入影片</translation>
        </message>
        <message>
            <source>Take out of the film</source>
            <translation>移出影片</translation>
        </message>
        <message>
            <source>Move in time</source>
            <translation>移动时间</translation>
        </message>
        <message>
            <source>Stay</source>
            <translation>停留</translation>
        </message>
        <message>
            <source>Pace</source>
            <translation>节奏</translation>
        </message>
        <message>
            <source>Replace a key</source>
            <translation>替换关键帧</translation>
        </message>
        <message>
            <source>Length of the film</source>
            <translation>影片长度</translation>
        </message>
        <message>
            <source>Pictures a second</source>
            <translation>每秒帧数</translation>
        </message>
        <message>
            <source>Way through the model</source>
            <translation>行进方式</translation>
        </message>
        <message>
            <source>Straight or curved</source>
            <translation>直线或曲线</translation>
        </message>
        <message>
            <source>How far the zones are apart</source>
            <translation>各区域错开多少</translation>
        </message>
        <message>
            <source>Fine detail</source>
            <translation>细节纹理</translation>
        </message>
        <message>
            <source>Loop</source>
            <translation>循环</translation>
        </message>
        <message>
            <source>Tempo</source>
            <translation>速度（节拍）</translation>
        </message>
        <message>
            <source>Keys on the beat</source>
            <translation>关键帧对齐节拍</translation>
        </message>
        <message>
            <source>Space the keys evenly</source>
            <translation>均匀分布关键帧</translation>
        </message>
        <message>
            <source>Cut to the beat</source>
            <translation>按节拍剪裁</translation>
        </message>
        <message>
            <source>Rename the film</source>
            <translation>重命名影片</translation>
        </message>
        <message>
            <source>Delete the film</source>
            <translation>删除影片</translation>
        </message>
        <message>
            <source>Open a film</source>
            <translation>打开影片</translation>
        </message>
    </context>
    <context>
        <name>FilmWords</name>
        <message>
            <source>Gentle</source>
            <translation>平缓</translation>
        </message>
        <message>
            <source>Even</source>
            <translation>匀速</translation>
        </message>
        <message>
            <source>Slow start</source>
            <translation>慢起</translation>
        </message>
        <message>
            <source>Slow end</source>
            <translation>慢收</translation>
        </message>
        <message>
            <source>Cut</source>
            <translation>切换</translation>
        </message>
        <message>
            <source>Position</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>Style</source>
            <translation>风格</translation>
        </message>
        <message>
            <source>Zone by zone</source>
            <translation>逐区域</translation>
        </message>
        <message>
            <source>Straight</source>
            <translation>直线</translation>
        </message>
        <message>
            <source>One curve</source>
            <translation>一条曲线</translation>
        </message>
        <message>
            <source>Still</source>
            <translation>静止</translation>
        </message>
        <message>
            <source>Alive</source>
            <translation>变化</translation>
        </message>
        <message>
            <source>Untitled film</source>
            <translation>未命名影片</translation>
        </message>
        <message>
            <source>{name}, at {time}</source>
            <translation>{name}，在 {time}</translation>
        </message>
        <message>
            <source>stays {seconds} s</source>
            <translation>停留 {seconds} 秒</translation>
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
            <source>Trait</source>
            <translation>特征</translation>
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
            <source>Breed from these</source>
            <translation>以这些繁育</translation>
        </message>
        <message>
            <source>Look closer</source>
            <translation>近看</translation>
        </message>
        <message>
            <source>Compare two</source>
            <translation>比较两张</translation>
        </message>
        <message>
            <source>Enlarge…</source>
            <translation>放大…</translation>
        </message>
        <message>
            <source>Palette…</source>
            <translation>调色板…</translation>
        </message>
        <message>
            <source>How was this made?</source>
            <translation>它是怎么来的？</translation>
        </message>
        <message>
            <source>Contact sheet…</source>
            <translation>缩样页…</translation>
        </message>
        <message>
            <source>What have these in common…</source>
            <translation>它们有何共同点…</translation>
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
            <source>In the family tree</source>
            <translation>在家谱中</translation>
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
            <source>Look closer</source>
            <translation>近看</translation>
        </message>
        <message>
            <source>Enlarge…</source>
            <translation>放大…</translation>
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
            <source>Filter by colour, model, kind, trait, day and stars</source>
            <translation>按颜色、模型、类别、特征、日期和星级筛选</translation>
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
        <name>Genes</name>
        <message>
            <source>Gene {number}</source>
            <translation>基因 {number}</translation>
        </message>
        <message>
            <source>Whole picture</source>
            <translation>整张图片</translation>
        </message>
        <message>
            <source>Form</source>
            <translation>形</translation>
        </message>
        <message>
            <source>Texture</source>
            <translation>质</translation>
        </message>
        <message>
            <source>Colour</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>{right} of {all} told apart</source>
            <translation>{all} 张中分清了 {right} 张</translation>
        </message>
        <message>
            <source>{share} of all that differs between this model's pictures lies in it.</source>
            <translation>这个模型的图片之间的差异有 {share} 在于它。</translation>
        </message>
        <message>
            <source>It came with the model. On pictures that it was not found from, its amount and the label go together by {correlation} (1 is always, 0 is by chance).</source>
            <translation>它随模型附带。在未用于寻找它的图片上，它的量与标签的相关为 {correlation}（1 为总是，0 为随机）。</translation>
        </message>
        <message>
            <source>Of {all} pictures, each judged by the others alone, {right} were told apart.</source>
            <translation>{all} 张图片各由其余图片判断，分清了 {right} 张。</translation>
        </message>
        <message>
            <source>These are too few to rely on it: eight or more on each side are better.</source>
            <translation>数量太少，不足为凭：每边八张以上更好。</translation>
        </message>
        <message>
            <source>It can be relied on.</source>
            <translation>它可以信赖。</translation>
        </message>
        <message>
            <source>It is a tendency more than a rule.</source>
            <translation>它更像一种倾向，而非规律。</translation>
        </message>
        <message>
            <source>That is hardly more than chance: the piles may not differ in one thing.</source>
            <translation>这几乎与随机无异：两堆也许并非只差一点。</translation>
        </message>
        <message>
            <source>{number} %</source>
            <translation>{number} %</translation>
        </message>
    </context>
    <context>
        <name>GenesPanel</name>
        <message>
            <source>Genes</source>
            <translation>基因</translation>
        </message>
        <message>
            <source>Find genes</source>
            <translation>寻找基因</translation>
        </message>
        <message>
            <source>Look for the directions in which this model's pictures differ most.</source>
            <translation>寻找这个模型的图片差异最大的方向。</translation>
        </message>
        <message>
            <source>From two piles…</source>
            <translation>由两堆图片…</translation>
        </message>
        <message>
            <source>Show the model pictures with and without something, e.g. glasses.</source>
            <translation>给模型看有某样东西和没有的图片，例如眼镜。</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Genes are what this model's pictures differ in: hair, colour, mood. Let them be found, look at what each does, and name those you like.</source>
            <translation>基因是这个模型的图片彼此不同之处：头发、颜色、表情。让它们被找到，看看各自的作用，给喜欢的起名。</translation>
        </message>
        <message>
            <source>Choose a picture to see what each gene does to it.</source>
            <translation>选择一张图片，看每个基因对它的作用。</translation>
        </message>
        <message>
            <source>Find genes again</source>
            <translation>重新寻找基因</translation>
        </message>
        <message>
            <source>Looking for genes…</source>
            <translation>正在寻找基因…</translation>
        </message>
        <message>
            <source>Looking: {done} of {total} positions</source>
            <translation>正在查看：{total} 个位置中的 {done} 个</translation>
        </message>
        <message>
            <source>“{name}” was deleted.</source>
            <translation>“{name}”已删除。</translation>
        </message>
        <message>
            <source>It is called “{name}” now.</source>
            <translation>它现在叫“{name}”。</translation>
        </message>
        <message>
            <source>“{name}” is applied elsewhere now.</source>
            <translation>“{name}”现在作用于别处。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
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
            <source>Genes</source>
            <translation>基因</translation>
        </message>
        <message>
            <source>what the pictures differ in</source>
            <translation>图片之间的差异</translation>
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
            <source>Look closer</source>
            <translation>近看</translation>
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
            <source>Explore from this</source>
            <translation>从这张探索</translation>
        </message>
        <message>
            <source>Breed from this</source>
            <translation>以此繁育</translation>
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
            <source>Genes</source>
            <translation>基因</translation>
        </message>
        <message>
            <source>Find genes</source>
            <translation>寻找基因</translation>
        </message>
        <message>
            <source>A gene from two piles…</source>
            <translation>由两堆图片得出基因…</translation>
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
        <message>
            <source>Choose a picture first, to explore from it.</source>
            <translation>请先选择图片，再从它探索。</translation>
        </message>
        <message>
            <source>Choose a picture first, to breed from it.</source>
            <translation>请先选择图片，再以它繁育。</translation>
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
        <message>
            <source>The model that made this picture is not here.</source>
            <translation>生成这张图片的模型不在这里。</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) copied, with their recipes.</source>
            <translation>
                <numerusform>已复制 %n 张图片，附带配方。</numerusform>
            </translation>
        </message>
        <message>
            <source>The model {model} is not here, so its pictures cannot be made again.</source>
            <translation>模型 {model} 不在这里，因此无法重新生成它的图片。</translation>
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
        <name>KindPanel</name>
        <message>
            <source>Blend with…</source>
            <translation>与…混合</translation>
        </message>
        <message>
            <source>Add a second kind, with a share of its own</source>
            <translation>加入第二个类别，并设定占比</translation>
        </message>
        <message>
            <source>The share of this kind in the blend</source>
            <translation>此类别在混合中的占比</translation>
        </message>
        <message>
            <source>Take {kind} out</source>
            <translation>移除 {kind}</translation>
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
        <name>ModeBoard</name>
        <message>
            <source>Go to {mode}</source>
            <translation>前往{mode}</translation>
        </message>
        <message>
            <source>Images</source>
            <translation>图像</translation>
        </message>
    </context>
    <context>
        <name>ModeSwitch</name>
        <message>
            <source>Way of working</source>
            <translation>工作方式</translation>
        </message>
        <message>
            <source>Way of working: {mode}</source>
            <translation>工作方式：{mode}</translation>
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
        <name>Modes</name>
        <message>
            <source>Breed</source>
            <translation>繁育</translation>
        </message>
        <message>
            <source>Explore</source>
            <translation>探索</translation>
        </message>
        <message>
            <source>Move through what the model knows</source>
            <translation>在模型所知之中漫游</translation>
        </message>
        <message>
            <source>Children, and the family tree of them all</source>
            <translation>子代，以及全部的家谱</translation>
        </message>
        <message>
            <source>Film</source>
            <translation>影片</translation>
        </message>
        <message>
            <source>From picture to picture, as a film</source>
            <translation>从图片到图片，成为影片</translation>
        </message>
        <message>
            <source>Wall</source>
            <translation>图片墙</translation>
        </message>
        <message>
            <source>Many pictures to choose from</source>
            <translation>可供挑选的许多图片</translation>
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
        <name>Newcomers</name>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>Nothing else is kept of this model</source>
            <translation>没有保留此模型的其他图片</translation>
        </message>
        <message>
            <source>One by chance</source>
            <translation>随机一张</translation>
        </message>
    </context>
    <context>
        <name>NobodyPage</name>
        <message>
            <source>Choose up to eight pictures as parents and see their children. The ones you like become the parents of the next generation, and the family tree remembers them all.</source>
            <translation>选择最多八张图片作为亲本，看看它们的子代。您中意的成为下一代的亲本，家谱会记住全部。</translation>
        </message>
        <message>
            <source>Begin with two by chance</source>
            <translation>从随机两张开始</translation>
        </message>
        <message>
            <source>Begin with the two newest kept ones</source>
            <translation>从最近保留的两张开始</translation>
        </message>
    </context>
    <context>
        <name>NumberGrid</name>
        <message>
            <source>Numbers</source>
            <translation>编号</translation>
        </message>
        <message>
            <source>First number</source>
            <translation>首个编号</translation>
        </message>
        <message>
            <source>Numbers from</source>
            <translation>编号起点</translation>
        </message>
        <message>
            <source>The numbers before</source>
            <translation>前面的编号</translation>
        </message>
        <message>
            <source>The numbers after</source>
            <translation>后面的编号</translation>
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
        <name>PadView</name>
        <message>
            <source>The picture and where a drag leads</source>
            <translation>图片以及拖动将到之处</translation>
        </message>
        <message>
            <source>right</source>
            <translation>右</translation>
        </message>
        <message>
            <source>up and right</source>
            <translation>右上</translation>
        </message>
        <message>
            <source>up</source>
            <translation>上</translation>
        </message>
        <message>
            <source>up and left</source>
            <translation>左上</translation>
        </message>
        <message>
            <source>left</source>
            <translation>左</translation>
        </message>
        <message>
            <source>down and left</source>
            <translation>左下</translation>
        </message>
        <message>
            <source>down</source>
            <translation>下</translation>
        </message>
        <message>
            <source>down and right</source>
            <translation>右下</translation>
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
        <name>PaletteDialog</name>
        <message>
            <source>Palette</source>
            <translation>调色板</translation>
        </message>
        <message>
            <source>Colours</source>
            <translation>颜色</translation>
        </message>
        <message>
            <source>How many colours the picture is reduced to.</source>
            <translation>图片归纳为多少种颜色。</translation>
        </message>
        <message>
            <source>Copy all</source>
            <translation>全部复制</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>There are no more that the eye would tell apart.</source>
            <translation>没有更多肉眼能分辨的颜色了。</translation>
        </message>
        <message>
            <source>Click one to copy it.</source>
            <translation>点击即可复制。</translation>
        </message>
        <message>
            <source>All of them are copied.</source>
            <translation>已全部复制。</translation>
        </message>
    </context>
    <context>
        <name>ParentsRow</name>
        <message>
            <source>Parents</source>
            <translation>亲本</translation>
        </message>
        <message>
            <source>One more parent</source>
            <translation>再加一个亲本</translation>
        </message>
    </context>
    <context>
        <name>PathStrip</name>
        <message>
            <source>The path travelled</source>
            <translation>走过的路径</translation>
        </message>
    </context>
    <context>
        <name>PictureCard</name>
        <message>
            <source>Breed from this</source>
            <translation>以此繁育</translation>
        </message>
        <message>
            <source>Explore</source>
            <translation>探索</translation>
        </message>
        <message>
            <source>In the family tree</source>
            <translation>在家谱中</translation>
        </message>
        <message>
            <source>Show in Kept</source>
            <translation>在“保留”中显示</translation>
        </message>
        <message>
            <source>Parents</source>
            <translation>亲本</translation>
        </message>
        <message>
            <source>Children</source>
            <translation>子代</translation>
        </message>
        <message>
            <source>Find all its children</source>
            <translation>查找它的所有子代</translation>
        </message>
        <message>
            <source>Not a parent any more</source>
            <translation>不再作为亲本</translation>
        </message>
        <message>
            <source>Add to the parents</source>
            <translation>加入亲本</translation>
        </message>
        <message>
            <source>Not a favourite</source>
            <translation>不再中意</translation>
        </message>
        <message>
            <source>Favourite</source>
            <translation>中意</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>Keep</source>
            <translation>保留</translation>
        </message>
        <message numerus="yes">
            <source>%n parent(s) elsewhere</source>
            <translation>
                <numerusform>%n 个亲本在别处</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PictureChooser</name>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>Nothing of this model is kept</source>
            <translation>没有保留此模型的图片</translation>
        </message>
        <message>
            <source>From the path</source>
            <translation>取自路径</translation>
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
        <name>PictureTools</name>
        <message>
            <source>Images</source>
            <translation>图像</translation>
        </message>
        <message>
            <source>Contact sheet of this wall…</source>
            <translation>这面图片墙的缩样页…</translation>
        </message>
        <message>
            <source>Enlarge a picture file…</source>
            <translation>放大图片文件…</translation>
        </message>
        <message>
            <source>Enlarge…</source>
            <translation>放大…</translation>
        </message>
        <message>
            <source>Palette…</source>
            <translation>调色板…</translation>
        </message>
        <message>
            <source>How was this made?</source>
            <translation>它是怎么来的？</translation>
        </message>
        <message>
            <source>The model {model} is not here, so its pictures cannot be made again.</source>
            <translation>模型 {model} 不在这里，因此无法重新生成它的图片。</translation>
        </message>
        <message>
            <source>Enlarge a picture file</source>
            <translation>放大图片文件</translation>
        </message>
        <message>
            <source>Pictures</source>
            <translation>图片</translation>
        </message>
    </context>
    <context>
        <name>PilesSheet</name>
        <message>
            <source>A gene from two piles</source>
            <translation>由两堆图片得出基因</translation>
        </message>
        <message>
            <source>Put pictures that have something on the left, and some that have not on the right: with glasses and without, say. Drag them there, or choose some and press 1 or 2.</source>
            <translation>把有某样东西的图片放在左边，没有的放在右边：比如戴眼镜和不戴。拖过去，或选中后按 1 或 2。</translation>
        </message>
        <message>
            <source>Pictures with it</source>
            <translation>有的图片</translation>
        </message>
        <message>
            <source>Pictures without it</source>
            <translation>没有的图片</translation>
        </message>
        <message>
            <source>Kept pictures</source>
            <translation>保留的图片</translation>
        </message>
        <message>
            <source>Kept pictures of “{model}”</source>
            <translation>“{model}”的保留图片</translation>
        </message>
        <message>
            <source>With it</source>
            <translation>有</translation>
        </message>
        <message>
            <source>Without it</source>
            <translation>没有</translation>
        </message>
        <message>
            <source>Put back</source>
            <translation>放回</translation>
        </message>
        <message>
            <source>Del</source>
            <translation>Del</translation>
        </message>
        <message>
            <source>What was found</source>
            <translation>找到了什么</translation>
        </message>
        <message>
            <source>What to call it, e.g. glasses</source>
            <translation>起个名字，例如“眼镜”</translation>
        </message>
        <message>
            <source>Name of the gene</source>
            <translation>基因名称</translation>
        </message>
        <message>
            <source>Find it</source>
            <translation>寻找</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>“{name}” is among your genes now.</source>
            <translation>“{name}”已加入您的基因。</translation>
        </message>
        <message>
            <source>All of them lie on a pile.</source>
            <translation>它们都已放入某一堆。</translation>
        </message>
        <message>
            <source>Keep some pictures of this model first, with and without it.</source>
            <translation>请先保留此模型的一些图片，有的和没有的都要。</translation>
        </message>
        <message>
            <source>Keep this gene</source>
            <translation>保留这个基因</translation>
        </message>
        <message>
            <source>Looking for what they differ in…</source>
            <translation>正在寻找它们的差异…</translation>
        </message>
        <message>
            <source>Looking: {done} of {total} positions</source>
            <translation>正在查看：{total} 个位置中的 {done} 个</translation>
        </message>
        <message>
            <source>Another search is under way.</source>
            <translation>另一项寻找正在进行。</translation>
        </message>
        <message>
            <source>At least two pictures on each side; eight or more are better.</source>
            <translation>每边至少两张；八张以上更好。</translation>
        </message>
        <message>
            <source>That can be tried; with eight or more on each side it is better.</source>
            <translation>可以一试；每边八张以上更好。</translation>
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
        <message>
            <source>A trait</source>
            <translation>特征</translation>
        </message>
        <message>
            <source>{share} of another picture</source>
            <translation>另一张图片的 {share}</translation>
        </message>
        <message>
            <source>Styles</source>
            <translation>风格</translation>
        </message>
        <message>
            <source>given layer by layer</source>
            <translation>逐层给出</translation>
        </message>
        <message>
            <source>Shape</source>
            <translation>形</translation>
        </message>
        <message>
            <source>Texture</source>
            <translation>质</translation>
        </message>
        <message>
            <source>Colour</source>
            <translation>颜色</translation>
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
            <source>Names, kinds, colours, traits, numbers, and days such as 2026-11-22 (Ctrl+F)</source>
            <translation>名称、类别、颜色、特征、编号，以及 2026-11-22 这样的日期（Ctrl+F）</translation>
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
        <name>SheetSaver</name>
        <message>
            <source>Written to {file}, opened again and checked.</source>
            <translation>已写入 {file}，并重新打开核对过。</translation>
        </message>
        <message>
            <source>Writing {name}</source>
            <translation>正在写入 {name}</translation>
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
        <name>SourceMatrix</name>
        <message>
            <source>{zone}: by chance, from one or the other</source>
            <translation>{zone}：随机取自其中之一</translation>
        </message>
        <message>
            <source>{zone}: {parent}</source>
            <translation>{zone}：{parent}</translation>
        </message>
    </context>
    <context>
        <name>SpecimenLine</name>
        <message>
            <source>Type a word</source>
            <translation>输入词语</translation>
        </message>
        <message>
            <source>Words to set in these letters</source>
            <translation>用这些字母排出的词语</translation>
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
        <name>Stock</name>
        <message>
            <source>Keep pictures on the wall; they wait here for the film.</source>
            <translation>在图片墙上保留图片；它们在这里等候进入影片。</translation>
        </message>
    </context>
    <context>
        <name>StoryDialog</name>
        <message>
            <source>How was this made?</source>
            <translation>它是怎么来的？</translation>
        </message>
        <message>
            <source>Looking for where it came from…</source>
            <translation>正在追溯它的来历…</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>It was drawn from its number; nothing came before it.</source>
            <translation>它由自己的编号抽取而来，之前没有别的。</translation>
        </message>
        <message>
            <source>The film is being made…</source>
            <translation>正在制作影片…</translation>
        </message>
        <message>
            <source>Play</source>
            <translation>播放</translation>
        </message>
        <message>
            <source>It began with what is typical of this model.</source>
            <translation>它始于这个模型最典型的样子。</translation>
        </message>
        <message>
            <source>{name}: drawn from its number.</source>
            <translation>{name}：由编号抽取。</translation>
        </message>
        <message>
            <source>{name}: {share} different from that.</source>
            <translation>{name}：与之相差 {share}。</translation>
        </message>
        <message>
            <source>{name} joined it.</source>
            <translation>{name} 加入。</translation>
        </message>
        <message>
            <source>{name}: a child of the two.</source>
            <translation>{name}：两者的子代。</translation>
        </message>
        <message>
            <source>{name}: a child of {count}, and {share} of its own.</source>
            <translation>{name}：{count} 个亲本的子代，另有 {share} 是自己的。</translation>
        </message>
        <message>
            <source>{name}: found in the model's space.</source>
            <translation>{name}：在模型的空间中找到。</translation>
        </message>
        <message>
            <source>Traits changed: {count}.</source>
            <translation>改变的特征：{count} 个。</translation>
        </message>
        <message>
            <source>Enlarged {factor} times.</source>
            <translation>放大 {factor} 倍。</translation>
        </message>
        <message>
            <source>Writing {name}</source>
            <translation>正在写入 {name}</translation>
        </message>
        <message>
            <source>Written to {file}, opened again and checked.</source>
            <translation>已写入 {file}，并重新打开核对过。</translation>
        </message>
    </context>
    <context>
        <name>StoryPlayer</name>
        <message>
            <source>The film of how it was made</source>
            <translation>它的来历影片</translation>
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
        <name>SwatchButton</name>
        <message>
            <source>Copy {colour}, {share} of the picture</source>
            <translation>复制 {colour}，占图片的 {share}</translation>
        </message>
        <message>
            <source>Copy {colour}</source>
            <translation>复制 {colour}</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
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
        <name>TimelineView</name>
        <message>
            <source>Timeline</source>
            <translation>时间线</translation>
        </message>
        <message>
            <source>No keys yet</source>
            <translation>还没有关键帧</translation>
        </message>
        <message>
            <source>Drop pictures here: each becomes a key of the film.</source>
            <translation>把图片放到这里：每张都成为影片的关键帧。</translation>
        </message>
    </context>
    <context>
        <name>TraitFinder</name>
        <message>
            <source>Find a kind or a control</source>
            <translation>查找类别或控制项</translation>
        </message>
        <message>
            <source>Find a trait or a control</source>
            <translation>查找特征或控制项</translation>
        </message>
        <message>
            <source>This model cannot follow sentences. Of this one it knows what is above.</source>
            <translation>这个模型不理解句子。这句中它懂的都列在上面。</translation>
        </message>
        <message>
            <source>Nothing here is called “{text}”.</source>
            <translation>这里没有名为“{text}”的内容。</translation>
        </message>
    </context>
    <context>
        <name>TraitList</name>
        <message>
            <source>Of this model</source>
            <translation>此模型的</translation>
        </message>
        <message>
            <source>Yours</source>
            <translation>您的</translation>
        </message>
        <message>
            <source>Found, without a name</source>
            <translation>找到的、未命名</translation>
        </message>
    </context>
    <context>
        <name>TraitRow</name>
        <message>
            <source>Name of “{trait}”</source>
            <translation>“{trait}”的名称</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Apply to</source>
            <translation>作用于</translation>
        </message>
        <message>
            <source>Delete</source>
            <translation>删除</translation>
        </message>
        <message>
            <source>Comes with the model</source>
            <translation>随模型附带</translation>
        </message>
        <message>
            <source>{name}: double click to rename</source>
            <translation>{name}：双击重命名</translation>
        </message>
        <message>
            <source>More for “{trait}”</source>
            <translation>“{trait}”的更多操作</translation>
        </message>
    </context>
    <context>
        <name>TraitSeeker</name>
        <message>
            <source>Looking for genes</source>
            <translation>正在寻找基因</translation>
        </message>
        <message numerus="yes">
            <source>%n gene(s) found. Name those you like (F2).</source>
            <translation>
                <numerusform>找到 %n 个基因。给喜欢的起名（F2）。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TraitStrip</name>
        <message>
            <source>{trait}: {amount} sigma</source>
            <translation>{trait}：{amount} σ</translation>
        </message>
        <message>
            <source>Less and more of “{trait}”</source>
            <translation>“{trait}”的减与增</translation>
        </message>
        <message>
            <source>Now: {amount}</source>
            <translation>当前：{amount}</translation>
        </message>
    </context>
    <context>
        <name>TreeField</name>
        <message>
            <source>Search the family tree</source>
            <translation>搜索家谱</translation>
        </message>
        <message>
            <source>Kinds, models, colours, traits, numbers, names (Ctrl+F)</source>
            <translation>类别、模型、颜色、特征、编号、名称（Ctrl+F）</translation>
        </message>
    </context>
    <context>
        <name>TreePage</name>
        <message>
            <source>Favourites</source>
            <translation>中意的</translation>
        </message>
        <message>
            <source>Kept</source>
            <translation>已保留</translation>
        </message>
        <message>
            <source>Its children</source>
            <translation>它的子代</translation>
        </message>
        <message>
            <source>The one found before (Shift+F3)</source>
            <translation>上一个结果（Shift+F3）</translation>
        </message>
        <message>
            <source>The next one found (F3)</source>
            <translation>下一个结果（F3）</translation>
        </message>
        <message>
            <source>Smaller (Ctrl+-)</source>
            <translation>缩小（Ctrl+-）</translation>
        </message>
        <message>
            <source>Larger (Ctrl++)</source>
            <translation>放大（Ctrl++）</translation>
        </message>
        <message>
            <source>The family tree grows by itself: every picture that you breed from, cross or mark as a favourite stays here with its parents and its children.</source>
            <translation>家谱会自行生长：您用来繁育、杂交或标为中意的每张图片，都会连同亲本和子代留在这里。</translation>
        </message>
        <message>
            <source>Children of {kind} {number}</source>
            <translation>{kind} {number} 的子代</translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) in the tree</source>
            <translation>
                <numerusform>家谱中有 %n 张图片</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing of that in the tree</source>
            <translation>家谱中没有这样的图片</translation>
        </message>
        <message>
            <source>{place} of {count}</source>
            <translation>第 {place} 个，共 {count} 个</translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>找到 %n 个</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TreeView</name>
        <message>
            <source>Family tree</source>
            <translation>家谱</translation>
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
            <source>Look closer</source>
            <translation>近看</translation>
        </message>
        <message>
            <source>Enlarge…</source>
            <translation>放大…</translation>
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
        <name>ZonePanel</name>
        <message>
            <source>This model draws a picture as a whole: shape, texture and colour cannot come from different pictures.</source>
            <translation>这个模型整体绘制图片：形、质、色不能取自不同的图片。</translation>
        </message>
    </context>
    <context>
        <name>ZoneRow</name>
        <message>
            <source>{zone}: choose a picture</source>
            <translation>{zone}：选择图片</translation>
        </message>
        <message>
            <source>{zone}: its own again</source>
            <translation>{zone}：恢复自己的</translation>
        </message>
        <message>
            <source>How much</source>
            <translation>多少</translation>
        </message>
        <message>
            <source>0 % is the picture's own, 100 % the other one's (style mixing).</source>
            <translation>0 % 是图片自己的，100 % 是另一张的（风格混合）。</translation>
        </message>
        <message>
            <source>another picture</source>
            <translation>另一张图片</translation>
        </message>
        <message>
            <source>its own</source>
            <translation>自己的</translation>
        </message>
    </context>
    <context>
        <name>Zones</name>
        <message>
            <source>Shape from</source>
            <translation>取形</translation>
        </message>
        <message>
            <source>Texture from</source>
            <translation>取质</translation>
        </message>
        <message>
            <source>Colour from</source>
            <translation>取色</translation>
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
        <name>_Look</name>
        <message>
            <source>The contact sheet</source>
            <translation>缩样页</translation>
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
    <context>
        <name>_Row</name>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>End it</source>
            <translation>结束</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
        <message>
            <source>preparing</source>
            <translation>准备中</translation>
        </message>
        <message>
            <source>pictures: {of}</source>
            <translation>图片：{of}</translation>
        </message>
        <message>
            <source>writing: {of}</source>
            <translation>写入：{of}</translation>
        </message>
        <message>
            <source>checking: {of}</source>
            <translation>核对：{of}</translation>
        </message>
        <message>
            <source>waits for the one before</source>
            <translation>等候前一部</translation>
        </message>
        <message>
            <source>paused, {of}</source>
            <translation>已暂停，{of}</translation>
        </message>
        <message>
            <source>Go on</source>
            <translation>继续</translation>
        </message>
    </context>
</TS>
