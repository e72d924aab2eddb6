<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
    <context>
        <name>Errors</name>
        <message>
            <source>Something went wrong: {fault}.</source>
            <translation>出了问题：{fault}。</translation>
        </message>
        <message>
            <source>The model in {file} cannot be used: {fault}.</source>
            <translation>无法使用 {file} 中的模型：{fault}。</translation>
        </message>
        <message>
            <source>{file} is not there. Put the model's folder back, or choose another model.</source>
            <translation>找不到 {file}。请把模型文件夹放回原处，或选择其他模型。</translation>
        </message>
        <message>
            <source>{file} does not describe a model: {fault}.</source>
            <translation>{file} 没有描述一个模型：{fault}。</translation>
        </message>
        <message>
            <source>{file} was written for a later Atelier (format {found}; this one reads up to {supported}). Update Atelier to open it.</source>
            <translation>{file} 是为更新版本的 Atelier 编写的（格式 {found}；当前版本最高支持 {supported}）。请更新 Atelier 后再打开。</translation>
        </message>
        <message>
            <source>{file} cannot be loaded as a model graph: {fault}.</source>
            <translation>{file} 无法作为模型计算图载入：{fault}。</translation>
        </message>
        <message>
            <source>{file} failed while it ran: {fault}.</source>
            <translation>{file} 运行时出错：{fault}。</translation>
        </message>
        <message>
            <source>{file} cannot be opened as a text model: {fault}.</source>
            <translation>无法将 {file} 作为文字模型打开：{fault}。</translation>
        </message>
        <message>
            <source>{file} is of a kind that Atelier cannot run: {fault}.</source>
            <translation>Atelier 无法运行 {file} 这一类模型：{fault}。</translation>
        </message>
        <message>
            <source>{file} stopped the model process twice and was set aside. Choose it again if you want to give it another try.</source>
            <translation>{file} 两次使模型进程终止，已暂时停用。如想再试一次，请重新选择它。</translation>
        </message>
        <message>
            <source>This cannot be made: {fault}.</source>
            <translation>无法生成：{fault}。</translation>
        </message>
        <message>
            <source>{file}: {fault}.</source>
            <translation>{file}：{fault}。</translation>
        </message>
        <message>
            <source>{file} cannot be opened as a picture: {fault}.</source>
            <translation>{file} 无法作为图片打开：{fault}。</translation>
        </message>
        <message>
            <source>{file} holds no recipe of Atelier's, so it cannot be remade.</source>
            <translation>{file} 中没有 Atelier 的配方，因此无法重新生成。</translation>
        </message>
        <message>
            <source>The recipe in {file} cannot be read: {fault}.</source>
            <translation>无法读取 {file} 中的配方：{fault}。</translation>
        </message>
        <message>
            <source>The model process has a fault: {fault}.</source>
            <translation>模型进程出现故障：{fault}。</translation>
        </message>
        <message>
            <source>The model process ended unexpectedly ({fault}). It is being started again.</source>
            <translation>模型进程意外结束（{fault}），正在重新启动。</translation>
        </message>
        <message>
            <source>The model process cannot be started: {fault}. Run “doctor” to see why.</source>
            <translation>无法启动模型进程：{fault}。请运行“doctor”查看原因。</translation>
        </message>
        <message>
            <source>The model process said something that makes no sense ({fault}). It is restarted.</source>
            <translation>模型进程返回了无法理解的内容（{fault}），正在重新启动。</translation>
        </message>
        <message>
            <source>This needs more memory than there is: {fault}. Try a smaller size or fewer at once.</source>
            <translation>内存不足：{fault}。请尝试更小的尺寸，或一次少做几张。</translation>
        </message>
        <message>
            <source>The project {file} has a fault: {fault}.</source>
            <translation>项目 {file} 出现故障：{fault}。</translation>
        </message>
        <message>
            <source>{file} is open in another window ({holder}). You can open it here to look only.</source>
            <translation>{file} 已在另一个窗口中打开（{holder}）。在这里只能查看。</translation>
        </message>
        <message>
            <source>{file} was written by a later Atelier (format {found}; this one reads up to {supported}). Update Atelier to open it.</source>
            <translation>{file} 由更新版本的 Atelier 写入（格式 {found}；当前版本最高支持 {supported}）。请更新 Atelier 后再打开。</translation>
        </message>
        <message>
            <source>Part of {file} cannot be read: {fault}.</source>
            <translation>{file} 的一部分无法读取：{fault}。</translation>
        </message>
        <message>
            <source>{file} is open to look only. Open it again when no other window holds it and its disk can be written.</source>
            <translation>{file} 目前只能查看。待没有其他窗口占用它且磁盘可写时，请重新打开。</translation>
        </message>
        <message>
            <source>There is no space left for {file}. Free some space; nothing you kept was lost.</source>
            <translation>没有空间存放 {file}。请腾出一些空间；您保留的内容没有丢失。</translation>
        </message>
        <message>
            <source>There is no permission to use {file}: {fault}. Choose another folder.</source>
            <translation>没有使用 {file} 的权限：{fault}。请选择其他文件夹。</translation>
        </message>
        <message>
            <source>This installation cannot work as it is: {fault}.</source>
            <translation>当前安装无法正常工作：{fault}。</translation>
        </message>
        <message>
            <source>Cancelled.</source>
            <translation>已取消。</translation>
        </message>
    </context>
    <context>
        <name>Faults</name>
        <message>
            <source>the recipe says that its latent is given, and gives none</source>
            <translation>配方称潜变量已给出，却没有给出</translation>
        </message>
        <message>
            <source>a latent of {0} numbers was given, this model takes {1}</source>
            <translation>给出的潜变量有 {0} 个数，此模型需要 {1} 个</translation>
        </message>
        <message>
            <source>the share of the second parent must lie between 0 and 1</source>
            <translation>第二张图片的占比必须在 0 到 1 之间</translation>
        </message>
        <message>
            <source>a picture has 1 to {0} parents</source>
            <translation>一张图片有 1 到 {0} 个亲本</translation>
        </message>
        <message>
            <source>how different must lie between 0 and 1</source>
            <translation>变化幅度必须在 0 到 1 之间</translation>
        </message>
        <message>
            <source>the latent holds values that are not numbers</source>
            <translation>潜变量中有不是数的值</translation>
        </message>
        <message>
            <source>no child without a parent</source>
            <translation>没有亲本就没有子代</translation>
        </message>
        <message>
            <source>enlarge a part of it, or a smaller copy</source>
            <translation>请放大其中一部分，或较小的副本</translation>
        </message>
        <message>
            <source>{0} times would be possible</source>
            <translation>可以放大 {0} 倍</translation>
        </message>
        <message>
            <source>by nearest neighbour it would be possible</source>
            <translation>用最近邻方式可以完成</translation>
        </message>
        <message>
            <source>enlarged {0} times it would have {1}x{2} pixels, and pictures of up to {3} a side and {4} in all can be opened again; {5}</source>
            <translation>放大 {0} 倍后为 {1}x{2} 像素，而能再次打开的图片每边最多 {3}、总计最多 {4}；{5}</translation>
        </message>
        <message>
            <source>enlarged {0} times it would need about {1} of memory, and there are {2}; {3}</source>
            <translation>放大 {0} 倍约需内存 {1}，可用 {2}；{3}</translation>
        </message>
        <message>
            <source>it cannot be enlarged {0} times; possible are: {1}</source>
            <translation>不能放大 {0} 倍；可选：{1}</translation>
        </message>
        <message>
            <source>it is empty or ends in the middle</source>
            <translation>文件为空或不完整</translation>
        </message>
        <message>
            <source>not allowed</source>
            <translation>不被允许</translation>
        </message>
        <message>
            <source>{0} needs the fields {1}</source>
            <translation>{0} 缺少字段 {1}</translation>
        </message>
        <message>
            <source>it names no graph</source>
            <translation>没有指明计算图</translation>
        </message>
        <message>
            <source>it says what format {0} cannot say</source>
            <translation>它含有格式 {0} 无法表述的内容</translation>
        </message>
        <message>
            <source>the file name {0} leads out of the model's folder</source>
            <translation>文件名 {0} 指向模型文件夹之外</translation>
        </message>
        <message>
            <source>pictures of {0} pixels cannot be made</source>
            <translation>无法生成 {0} 像素的图片</translation>
        </message>
        <message>
            <source>{0} {1} does not exist; there are: {2}</source>
            <translation>{0} 中没有 {1}；可选：{2}</translation>
        </message>
        <message>
            <source>{0} is either true or false</source>
            <translation>{0} 只能为真或假</translation>
        </message>
        <message>
            <source>{0} must be a number</source>
            <translation>{0} 必须是数</translation>
        </message>
        <message>
            <source>{0} must lie between {1} and {2}</source>
            <translation>{0} 必须在 {1} 到 {2} 之间</translation>
        </message>
        <message>
            <source>{0} must be a whole number</source>
            <translation>{0} 必须是整数</translation>
        </message>
        <message>
            <source>one of its numbers is not finite</source>
            <translation>其中有一个数不是有限数</translation>
        </message>
        <message>
            <source>it is not a file</source>
            <translation>它不是文件</translation>
        </message>
        <message>
            <source>it is larger than any manifest</source>
            <translation>它比任何清单文件都大</translation>
        </message>
        <message>
            <source>unreadable</source>
            <translation>无法读取</translation>
        </message>
        <message>
            <source>it has no format version</source>
            <translation>没有格式版本</translation>
        </message>
        <message>
            <source>two controls have the same name</source>
            <translation>有两个控制项同名</translation>
        </message>
        <message>
            <source>a {0} control cannot be applied as {1}</source>
            <translation>{0} 类控制项不能用作 {1}</translation>
        </message>
        <message>
            <source>the control {0} feeds {1}, which no graph has</source>
            <translation>控制项 {0} 对应的输入 {1} 在计算图中不存在</translation>
        </message>
        <message>
            <source>the choices of the control {0} do not fit together</source>
            <translation>控制项 {0} 的各选项互相矛盾</translation>
        </message>
        <message>
            <source>the default of the control {0} is not true or false</source>
            <translation>控制项 {0} 的默认值不是真或假</translation>
        </message>
        <message>
            <source>a generator needs a latent space</source>
            <translation>生成器需要潜空间</translation>
        </message>
        <message>
            <source>a generator needs the size and the channels of its pictures</source>
            <translation>生成器需要说明图片的尺寸和通道数</translation>
        </message>
        <message>
            <source>it names no graph “generator”</source>
            <translation>没有名为“generator”的计算图</translation>
        </message>
        <message>
            <source>the generator's latent input does not fit the latent space</source>
            <translation>生成器的潜变量输入与潜空间不符</translation>
        </message>
        <message>
            <source>the generator's class weights do not fit its classes</source>
            <translation>生成器的类别权重与类别数不符</translation>
        </message>
        <message>
            <source>the generator takes class weights and no control offers the classes</source>
            <translation>生成器需要类别权重，却没有控制项提供类别</translation>
        </message>
        <message>
            <source>the generator's image output does not fit the size of its pictures</source>
            <translation>生成器的图像输出与图片尺寸不符</translation>
        </message>
        <message>
            <source>the generator's image output is not uint8 in NHWC order</source>
            <translation>生成器的图像输出不是 NHWC 顺序的 uint8</translation>
        </message>
        <message>
            <source>it has styles and does not name both graphs “mapping” and “synthesis”</source>
            <translation>它有风格，却没有同时写明“mapping”和“synthesis”两个计算图</translation>
        </message>
        <message>
            <source>the synthesis takes no styles of one for each layer</source>
            <translation>合成图不接受每层一个的风格</translation>
        </message>
        <message>
            <source>the mapping's output {0} does not fit the styles</source>
            <translation>映射图的输出 {0} 与风格不符</translation>
        </message>
        <message>
            <source>the synthesis takes styles that are not float32</source>
            <translation>合成图接受的风格不是 float32</translation>
        </message>
        <message>
            <source>the mapping's output {0} is not float32</source>
            <translation>映射图的输出 {0} 不是 float32</translation>
        </message>
        <message>
            <source>two traits have the same name</source>
            <translation>两个特征同名</translation>
        </message>
        <message>
            <source>its traits point in another space than its pictures come from</source>
            <translation>它的特征所指的空间与图片的来源空间不同</translation>
        </message>
        <message>
            <source>the trait {0} belongs to a kind that there is not</source>
            <translation>特征 {0} 属于不存在的类别</translation>
        </message>
        <message>
            <source>the trait {0} works in a zone, and the model has none</source>
            <translation>特征 {0} 作用于区域，而模型没有区域</translation>
        </message>
        <message>
            <source>an enlarging model must say how it enlarges and name a graph “upscaler”</source>
            <translation>放大模型必须说明如何放大，并写明计算图“upscaler”</translation>
        </message>
        <message>
            <source>the range of the control {0} does not hold its default</source>
            <translation>控制项 {0} 的默认值不在其范围内</translation>
        </message>
        <message>
            <source>it is larger than any recipe</source>
            <translation>它比任何配方都大</translation>
        </message>
        <message>
            <source>its format is {0}, this Atelier reads up to {1}</source>
            <translation>其格式为 {0}，此 Atelier 最高支持 {1}</translation>
        </message>
        <message>
            <source>its seed is out of range</source>
            <translation>随机种子超出范围</translation>
        </message>
        <message>
            <source>its {0} is not a row of float32 values</source>
            <translation>其中的 {0} 不是一列 float32 值</translation>
        </message>
        <message>
            <source>{0} words of {1} are not known</source>
            <translation>不认识 {0} 个 {1} 类型的字</translation>
        </message>
        <message>
            <source>it is larger than any record of a text model</source>
            <translation>它比任何文字模型的记录都大</translation>
        </message>
        <message>
            <source>between 1 and {0} texts can be written at once</source>
            <translation>一次可以写 1 到 {0} 篇文字</translation>
        </message>
        <message>
            <source>between 1 and {0} tokens can be asked for</source>
            <translation>可以要求 1 到 {0} 个词元</translation>
        </message>
        <message>
            <source>there can be at most {0} stop strings</source>
            <translation>最多可以有 {0} 个停止字符串</translation>
        </message>
        <message>
            <source>stop strings have between 1 and {0} characters</source>
            <translation>停止字符串须有 1 到 {0} 个字符</translation>
        </message>
        <message>
            <source>one of the stop strings is not UTF-8; any text that is, can be</source>
            <translation>有一个停止字符串不是 UTF-8；任何 UTF-8 文字都可以</translation>
        </message>
        <message>
            <source>there can be at most {0} banned phrases</source>
            <translation>最多可以有 {0} 个禁用短语</translation>
        </message>
        <message>
            <source>banned phrases have between 1 and {0} characters</source>
            <translation>禁用短语须有 1 到 {0} 个字符</translation>
        </message>
        <message>
            <source>one of the banned phrases is not UTF-8; any text that is, can be</source>
            <translation>有一个禁用短语不是 UTF-8；任何 UTF-8 文字都可以</translation>
        </message>
        <message>
            <source>a form that a text must have is described in 1 to {0} characters, not in {1}</source>
            <translation>对文字格式的描述须有 1 到 {0} 个字符，而不是 {1} 个</translation>
        </message>
        <message>
            <source>the form that the text must have is not UTF-8; any text that is, can be</source>
            <translation>文字格式的描述不是 UTF-8；任何 UTF-8 文字都可以</translation>
        </message>
        <message>
            <source>the text has {0} characters, and {1} are possible</source>
            <translation>文字有 {0} 个字符，最多可以有 {1} 个</translation>
        </message>
        <message>
            <source>a number of tokens in it is negative</source>
            <translation>其中有一个词元数是负数</translation>
        </message>
        <message>
            <source>a text cannot be cancelled after {0} tokens</source>
            <translation>文字不能在 {0} 个词元之后取消</translation>
        </message>
        <message>
            <source>a seed must lie between 0 and 2^63 - 1, for every text</source>
            <translation>每篇文字的种子都必须在 0 和 2^63 - 1 之间</translation>
        </message>
        <message>
            <source>a seed must lie between 0 and 2^63 - 1</source>
            <translation>随机种子必须在 0 到 2^63 - 1 之间</translation>
        </message>
        <message>
            <source>at most {0} tokens can be guessed ahead</source>
            <translation>最多可以预猜 {0} 个词元</translation>
        </message>
        <message>
            <source>character {0} of the text is half of one, which UTF-8 cannot say</source>
            <translation>文字的第 {0} 个字符只有一半，UTF-8 无法表示</translation>
        </message>
        <message>
            <source>no form of a model is called {0}</source>
            <translation>没有哪个模型的形式叫 {0}</translation>
        </message>
        <message>
            <source>at most {0} alternatives can be named</source>
            <translation>最多可以列出 {0} 个备选</translation>
        </message>
        <message>
            <source>between 1 and {0} middles can be compared</source>
            <translation>可以比较 1 到 {0} 个中段</translation>
        </message>
        <message>
            <source>there is no text after the middles to compare them by</source>
            <translation>中段之后没有可用来比较的文字</translation>
        </message>
        <message>
            <source>{0} is no time; one such as 2026-01-31T12:00:00 is wanted</source>
            <translation>{0} 不是时间；应写成 2026-01-31T12:00:00 这样</translation>
        </message>
        <message>
            <source>{0} is no generator, so it has no traits</source>
            <translation>{0} 不是生成器，因此没有特征</translation>
        </message>
        <message>
            <source>between {0} and {1} positions can be looked at</source>
            <translation>可以查看 {0} 到 {1} 个位置</translation>
        </message>
        <message>
            <source>there is no kind {0}; there are: {1}</source>
            <translation>没有类别 {0}；可选：{1}</translation>
        </message>
        <message>
            <source>between 1 and {0} traits can be found at once</source>
            <translation>一次可以寻找 1 到 {0} 个特征</translation>
        </message>
        <message>
            <source>a pile has {0} of at least {1} pictures; {2} or more on each side make a trait that can be relied on</source>
            <translation>一堆有 {0} 张图片，至少需要 {1} 张；每边 {2} 张以上得出的特征才可信赖</translation>
        </message>
        <message>
            <source>a pile has more than {0} pictures</source>
            <translation>一堆超过 {0} 张图片</translation>
        </message>
        <message>
            <source>one of the pictures is in both piles</source>
            <translation>有一张图片同时在两堆中</translation>
        </message>
        <message>
            <source>one of the pictures was made by another model than {0}</source>
            <translation>有一张图片不是由 {0} 生成的</translation>
        </message>
        <message>
            <source>there is no mirostat {0}; 0 (none) and 2 are possible</source>
            <translation>没有 mirostat {0}；可以是 0（不用）或 2</translation>
        </message>
        <message>
            <source>repetitions can be broken by {0} texts, not by {1}</source>
            <translation>最多可以有 {0} 段中断重复的文字，而不是 {1} 段</translation>
        </message>
        <message>
            <source>{0} tokens can have a bias of their own, not {1}</source>
            <translation>最多可以有 {0} 个词元各有偏置，而不是 {1} 个</translation>
        </message>
        <message>
            <source>the order leaves out {0}, which is set; name it in the order, or leave it at its plain value</source>
            <translation>次序中缺少已设置的 {0}；请在次序中写上它，或让它保持不起作用的值</translation>
        </message>
        <message>
            <source>{0} cannot be {1}; {2} to {3} is possible</source>
            <translation>{0} 不能是 {1}；可以是 {2} 到 {3}</translation>
        </message>
        <message>
            <source>a text that breaks repetitions has 1 to {0} characters</source>
            <translation>中断重复的文字须有 1 到 {0} 个字符</translation>
        </message>
        <message>
            <source>a text that breaks repetitions is not UTF-8; any text that is, can be</source>
            <translation>有一段中断重复的文字不是 UTF-8；任何 UTF-8 文字都可以</translation>
        </message>
        <message>
            <source>there is no token {0} to give a bias to; its tokens are {1}</source>
            <translation>没有可加偏置的词元 {0}；它的词元是 {1}</translation>
        </message>
        <message>
            <source>the bias of token {0} cannot be {1}; {2} (never) to {3} is possible</source>
            <translation>词元 {0} 的偏置不能是 {1}；可以是 {2}（绝不出现）到 {3}</translation>
        </message>
        <message>
            <source>there is no sampler “{0}”; there are: {1}</source>
            <translation>没有名为“{0}”的采样器；现有：{1}</translation>
        </message>
        <message>
            <source>the order names {0} twice; once is possible</source>
            <translation>次序中 {0} 出现了两次；只能出现一次</translation>
        </message>
        <message>
            <source>the film that was written holds {0} pictures instead of {1}</source>
            <translation>写出的影片有 {0} 帧，而应有 {1} 帧</translation>
        </message>
        <message>
            <source>a film of no pictures cannot be made</source>
            <translation>无法制作没有画面的影片</translation>
        </message>
        <message>
            <source>something of that name is there already; choose another name</source>
            <translation>已有同名的文件或文件夹；请换一个名称</translation>
        </message>
        <message>
            <source>it cannot be written</source>
            <translation>无法写入</translation>
        </message>
        <message>
            <source>its folder is not there</source>
            <translation>所在的文件夹不存在</translation>
        </message>
        <message>
            <source>the film that was written has another size</source>
            <translation>写出的影片尺寸不符</translation>
        </message>
        <message>
            <source>the film that was written shows other pictures</source>
            <translation>写出的影片画面不符</translation>
        </message>
        <message>
            <source>the film of {0} seconds may take {1} MB, and {2} has {3} MB left; about {4} seconds of it would fit</source>
            <translation>{0} 秒的影片可能需要 {1} MB，而 {2} 只剩 {3} MB；大约能容纳其中 {4} 秒</translation>
        </message>
        <message>
            <source>at most {0} times</source>
            <translation>最多可放大 {0} 倍</translation>
        </message>
        <message>
            <source>in another format</source>
            <translation>只能用其他格式放大</translation>
        </message>
        <message>
            <source>a film of pictures without pixels cannot be made</source>
            <translation>无法用没有像素的图片制作影片</translation>
        </message>
        <message>
            <source>pictures of {0} channels cannot be filmed</source>
            <translation>{0} 通道的图片无法制成影片</translation>
        </message>
        <message>
            <source>a film shows between 0.1 and 120 pictures a second</source>
            <translation>影片每秒须有 0.1 到 120 帧</translation>
        </message>
        <message>
            <source>pictures are enlarged at least once, which leaves them alone</source>
            <translation>放大倍数至少为 1，即保持原样</translation>
        </message>
        <message>
            <source>{0} holds up to {1} pixels a side, so these pictures of {2} x {3} can be enlarged {4}</source>
            <translation>{0} 每边最多 {1} 像素，因此这些 {2} x {3} 的图片{4}</translation>
        </message>
        <message>
            <source>{0} has no styles to travel by; travel by position instead</source>
            <translation>{0} 没有风格，无法按风格行进；请改为按位置行进</translation>
        </message>
        <message>
            <source>{0} is a {1} model, it draws nothing</source>
            <translation>{0} 是 {1} 类模型，不能作画</translation>
        </message>
        <message>
            <source>the film is by {0}, this is {1}</source>
            <translation>影片属于 {0}，而这里是 {1}</translation>
        </message>
        <message>
            <source>two keys take a zone from positions of different lengths</source>
            <translation>有两个关键帧的区域取自长度不同的位置</translation>
        </message>
        <message>
            <source>two keys have more than {0} traits together</source>
            <translation>两个关键帧的特征合计超过 {0} 个</translation>
        </message>
        <message>
            <source>the styles of its keys are not known</source>
            <translation>其关键帧的风格未知</translation>
        </message>
        <message>
            <source>this very film is being made already; wait until it is done, or end that</source>
            <translation>这部影片正在制作；请等它完成，或先结束它</translation>
        </message>
        <message>
            <source>key {0} cannot be made: {1}</source>
            <translation>无法生成关键帧 {0}：{1}</translation>
        </message>
        <message>
            <source>the way from key {0} cannot be made: {1}</source>
            <translation>无法生成关键帧 {0} 之后的过渡：{1}</translation>
        </message>
        <message>
            <source>it gave the pictures up</source>
            <translation>它放弃了这些图片</translation>
        </message>
        <message>
            <source>its picture {0} is not what was written</source>
            <translation>其第 {0} 帧与写入的内容不同</translation>
        </message>
        <message>
            <source>a film is made of pictures of uint8, row by row</source>
            <translation>影片须由逐行排列的 uint8 图片组成</translation>
        </message>
        <message>
            <source>all pictures of a film must be of one size</source>
            <translation>一部影片的所有画面必须尺寸相同</translation>
        </message>
        <message>
            <source>the disk gave back other bytes</source>
            <translation>磁盘读回的内容与写入的不同</translation>
        </message>
        <message>
            <source>it is no film that Atelier writes</source>
            <translation>它不是 Atelier 写出的影片</translation>
        </message>
        <message>
            <source>its XMP is larger than any that is read</source>
            <translation>XMP 超过了可读取的大小</translation>
        </message>
        <message>
            <source>it is not there</source>
            <translation>它不存在</translation>
        </message>
        <message>
            <source>it cannot be a file's name</source>
            <translation>不能用作文件名</translation>
        </message>
        <message>
            <source>it is cut off or damaged</source>
            <translation>它不完整或已损坏</translation>
        </message>
        <message>
            <source>it is larger than any film</source>
            <translation>它比任何影片都大</translation>
        </message>
        <message>
            <source>it has no end</source>
            <translation>它没有结尾</translation>
        </message>
        <message>
            <source>its FFmpeg has no encoder {0}; choose another format</source>
            <translation>其中的 FFmpeg 没有编码器 {0}；请选择其他格式</translation>
        </message>
        <message>
            <source>it holds no pictures</source>
            <translation>其中没有画面</translation>
        </message>
        <message>
            <source>{0} bytes are no whole number of {1} blocks</source>
            <translation>{0} 字节不是 {1} 块的整数倍</translation>
        </message>
        <message>
            <source>its tensor {0} is stored in the unknown form {1}</source>
            <translation>它的张量 {0} 以未知的形式 {1} 存放</translation>
        </message>
        <message>
            <source>it announces {0} bytes where {1} are left; it is damaged or was not fetched whole</source>
            <translation>它声称还有 {0} 字节，实际只剩 {1} 字节；文件已损坏或没有下载完整</translation>
        </message>
        <message>
            <source>its alignment is not a power of two</source>
            <translation>它的对齐字节数不是 2 的幂</translation>
        </message>
        <message>
            <source>its tensor {0} is stored as {1}, which is not read; {2} are</source>
            <translation>它的张量 {0} 以 {1} 存放，不能读取；可以读取 {2}</translation>
        </message>
        <message>
            <source>{0} was closed</source>
            <translation>{0} 已关闭</translation>
        </message>
        <message>
            <source>its tensor {0} holds weights that are not finite numbers</source>
            <translation>它的张量 {0} 中有不是有限数的权重</translation>
        </message>
        <message>
            <source>its entry {0} is not a text</source>
            <translation>它的条目 {0} 不是文字</translation>
        </message>
        <message>
            <source>its entry {0} is neither true nor false</source>
            <translation>它的条目 {0} 既不是真也不是假</translation>
        </message>
        <message>
            <source>its entry {0} is {1}, not from {2} to {3}</source>
            <translation>它的条目 {0} 是 {1}，不在 {2} 到 {3} 之间</translation>
        </message>
        <message>
            <source>its entry {0} is no list of texts</source>
            <translation>它的条目 {0} 不是文字列表</translation>
        </message>
        <message>
            <source>its entry {0} is no list of numbers</source>
            <translation>它的条目 {0} 不是数的列表</translation>
        </message>
        <message>
            <source>it cannot be read: {0}</source>
            <translation>无法读取：{0}</translation>
        </message>
        <message>
            <source>it is one of {0} parts of a model; join them to one file first</source>
            <translation>它只是模型的 {0} 个分卷之一；请先把它们合并成一个文件</translation>
        </message>
        <message>
            <source>its format is older than GGUF; look for the same model as GGUF</source>
            <translation>它的格式比 GGUF 更旧；请寻找同一模型的 GGUF 文件</translation>
        </message>
        <message>
            <source>it only says where the model lies (Git LFS); fetch the model itself</source>
            <translation>它只记录了模型的存放位置（Git LFS）；请下载模型本身</translation>
        </message>
        <message>
            <source>it does not begin as GGUF files do</source>
            <translation>它的开头不是 GGUF 文件应有的样子</translation>
        </message>
        <message>
            <source>its numbers are big-endian; look for the same model in little-endian</source>
            <translation>它的数以大端序存放；请寻找同一模型的小端序文件</translation>
        </message>
        <message>
            <source>it is GGUF of version {0}; versions 2 and 3 are read</source>
            <translation>它是第 {0} 版 GGUF；可以读取第 2 版和第 3 版</translation>
        </message>
        <message>
            <source>its entry {0} is of the unknown kind {1}</source>
            <translation>它的条目 {0} 属于未知的类型 {1}</translation>
        </message>
        <message>
            <source>its entry {0} is a list in too many lists</source>
            <translation>它的条目 {0} 中列表嵌套过深</translation>
        </message>
        <message>
            <source>its tensor {0} has {1} dimensions</source>
            <translation>它的张量 {0} 有 {1} 个维度</translation>
        </message>
        <message>
            <source>its tensor {0} is empty</source>
            <translation>它的张量 {0} 是空的</translation>
        </message>
        <message>
            <source>its tensor {0} has rows of {1} weights, which are no whole {2} blocks</source>
            <translation>它的张量 {0} 每行有 {1} 个权重，不是 {2} 块的整数倍</translation>
        </message>
        <message>
            <source>its header is longer than {0} MB</source>
            <translation>它的文件头超过 {0} MB</translation>
        </message>
        <message>
            <source>its tensor {0} is missing</source>
            <translation>它缺少张量 {0}</translation>
        </message>
        <message>
            <source>{0} weights of the tensor {1} do not fit</source>
            <translation>张量 {1} 的 {0} 个权重放不下</translation>
        </message>
        <message>
            <source>its entry {0} is no whole number</source>
            <translation>它的条目 {0} 不是整数</translation>
        </message>
        <message>
            <source>its entry {0} is not a finite number</source>
            <translation>它的条目 {0} 不是有限数</translation>
        </message>
        <message>
            <source>its entry {0} is missing</source>
            <translation>它缺少条目 {0}</translation>
        </message>
        <message>
            <source>its metadata has {0} twice</source>
            <translation>它的元数据中 {0} 出现了两次</translation>
        </message>
        <message>
            <source>it has two tensors named {0}</source>
            <translation>它有两个名为 {0} 的张量</translation>
        </message>
        <message>
            <source>its tensor {0} does not lie where one may begin</source>
            <translation>它的张量 {0} 没有按规定对齐</translation>
        </message>
        <message>
            <source>it has {0} bytes, and its tensor {1} would end at {2}; it is damaged or was not fetched whole</source>
            <translation>它有 {0} 字节，而张量 {1} 应到 {2} 才结束；文件已损坏或没有下载完整</translation>
        </message>
        <message>
            <source>its tensor {0} lies over another</source>
            <translation>它的张量 {0} 与另一个张量重叠</translation>
        </message>
        <message>
            <source>its entry {0} is not UTF-8</source>
            <translation>它的条目 {0} 不是 UTF-8</translation>
        </message>
        <message>
            <source>a name in it is not UTF-8</source>
            <translation>其中有一个名称不是 UTF-8</translation>
        </message>
        <message>
            <source>it is empty</source>
            <translation>文件为空</translation>
        </message>
        <message>
            <source>its architecture is {0}, and only {1} are run</source>
            <translation>它的架构是 {0}，目前只能运行 {1}</translation>
        </message>
        <message>
            <source>it is a mixture of experts</source>
            <translation>它是混合专家模型（MoE）</translation>
        </message>
        <message>
            <source>its keys and values differ in width</source>
            <translation>它的键与值宽度不同</translation>
        </message>
        <message>
            <source>{0} heads do not divide {1}</source>
            <translation>{1} 不能被 {0} 个注意力头整除</translation>
        </message>
        <message>
            <source>it has no tensors for {0} layers</source>
            <translation>它没有 {0} 层所需的张量</translation>
        </message>
        <message>
            <source>it rotates {0} of {1}</source>
            <translation>它只旋转 {1} 维中的 {0} 维</translation>
        </message>
        <message>
            <source>its positions are scaled by {0}</source>
            <translation>它的位置按 {0} 方式缩放</translation>
        </message>
        <message>
            <source>its rotations have a scale that is not positive</source>
            <translation>它的旋转编码有一个缩放系数不是正数</translation>
        </message>
        <message>
            <source>{0} is not of {1}</source>
            <translation>{0} 的长度不是 {1}</translation>
        </message>
        <message>
            <source>its tensor “{0}” has the shape {1} and not {2}</source>
            <translation>它的张量“{0}”形状为 {1}，而应为 {2}</translation>
        </message>
        <message>
            <source>{0} bytes of {1} are no {2} x {3} matrix</source>
            <translation>{0} 字节的 {1} 不能构成 {2} x {3} 的矩阵</translation>
        </message>
        <message>
            <source>it holds weights that are not finite numbers</source>
            <translation>其中有不是有限数的权重</translation>
        </message>
        <message>
            <source>it is no matrix</source>
            <translation>它不是矩阵</translation>
        </message>
        <message>
            <source>rows of {0} weights are no whole blocks of {1}</source>
            <translation>每行 {0} 个权重，不是 {1} 的整数倍，无法分块</translation>
        </message>
        <message>
            <source>its tensor {0} cannot be used: {1}</source>
            <translation>它的张量 {0} 无法使用：{1}</translation>
        </message>
        <message>
            <source>the blocks of the tensor {0} do not fit</source>
            <translation>张量 {0} 的各块放不下</translation>
        </message>
        <message>
            <source>{0} has no shape {1}</source>
            <translation>{0} 的形状不是 {1}</translation>
        </message>
        <message>
            <source>the name {0} is taken</source>
            <translation>名称 {0} 已被占用</translation>
        </message>
        <message>
            <source>it was closed</source>
            <translation>已关闭</translation>
        </message>
        <message>
            <source>its keeper failed ({0})</source>
            <translation>管理线程出错（{0}）</translation>
        </message>
        <message>
            <source>a message is larger than a message may be</source>
            <translation>消息超过了允许的大小</translation>
        </message>
        <message>
            <source>a message cannot be written: {0}</source>
            <translation>无法写出消息：{0}</translation>
        </message>
        <message>
            <source>exit code {0}</source>
            <translation>退出代码 {0}</translation>
        </message>
        <message>
            <source>signal {0}</source>
            <translation>信号 {0}</translation>
        </message>
        <message>
            <source>it speaks version {0} of the protocol and this is version {1}; start Atelier again</source>
            <translation>它使用协议版本 {0}，而这里是版本 {1}；请重新启动 Atelier</translation>
        </message>
        <message>
            <source>loading it takes longer than {0} s</source>
            <translation>载入时间超过 {0} 秒</translation>
        </message>
        <message>
            <source>pictures that were not asked for</source>
            <translation>收到没有要求的图片</translation>
        </message>
        <message>
            <source>styles that were not asked for</source>
            <translation>未曾请求的风格</translation>
        </message>
        <message>
            <source>a text that was not asked for</source>
            <translation>一篇没有人要求的文字</translation>
        </message>
        <message>
            <source>memory to be shared with the model process cannot be had ({0})</source>
            <translation>无法获得与模型进程共享的内存（{0}）</translation>
        </message>
        <message>
            <source>pictures that are not those of their preview</source>
            <translation>图片与其预览不符</translation>
        </message>
        <message>
            <source>it was not ready after {0} s</source>
            <translation>{0} 秒后仍未就绪</translation>
        </message>
        <message>
            <source>room for {0} bytes of pixels was asked for</source>
            <translation>要求了 {0} 字节的像素空间</translation>
        </message>
        <message>
            <source>a reading that was not asked for</source>
            <translation>一次没有人要求的读取</translation>
        </message>
        <message>
            <source>{0} bytes for pictures</source>
            <translation>图片需要 {0} 字节</translation>
        </message>
        <message>
            <source>its work did not end when it was cancelled</source>
            <translation>取消后工作没有结束</translation>
        </message>
        <message>
            <source>an answer that nobody waits for</source>
            <translation>收到无人等待的应答</translation>
        </message>
        <message>
            <source>the model process reached its limit</source>
            <translation>模型进程达到了内存上限</translation>
        </message>
        <message>
            <source>pictures of {0} bytes at once, {1} are allowed</source>
            <translation>一次的图片共 {0} 字节，允许 {1} 字节</translation>
        </message>
        <message>
            <source>{0} bytes in a slot of {1}</source>
            <translation>{1} 字节的槽中有 {0} 字节</translation>
        </message>
        <message>
            <source>the slot {0} was not granted to the request</source>
            <translation>槽 {0} 没有分配给该请求</translation>
        </message>
        <message>
            <source>a slot beyond the end of the pixel file</source>
            <translation>槽超出了像素文件的末尾</translation>
        </message>
        <message>
            <source>shared pictures</source>
            <translation>共享的图片</translation>
        </message>
        <message>
            <source>a value in it is not of the right kind</source>
            <translation>其中有类型不符的值</translation>
        </message>
        <message>
            <source>slots are taken inside use() only</source>
            <translation>槽只能在 use() 内取用</translation>
        </message>
        <message>
            <source>this request</source>
            <translation>这个请求</translation>
        </message>
        <message>
            <source>the size of its input {0} is not known</source>
            <translation>其输入 {0} 的大小未知</translation>
        </message>
        <message>
            <source>nothing feeds its input {0}</source>
            <translation>其输入 {0} 没有数据来源</translation>
        </message>
        <message>
            <source>its sample differs by up to {0} of 255, {1} are allowed</source>
            <translation>样本最多相差 {0}（共 255 级），允许 {1}</translation>
        </message>
        <message>
            <source>{0} holds {1} pictures</source>
            <translation>{0} 中有 {1} 张图片</translation>
        </message>
        <message>
            <source>not a plain array</source>
            <translation>不是普通数组</translation>
        </message>
        <message>
            <source>the header announces more than there is</source>
            <translation>文件头所述多于实际内容</translation>
        </message>
        <message>
            <source>{0} holds {1} for {2}, which does not fit</source>
            <translation>{0} 中 {2} 的内容为 {1}，不相符</translation>
        </message>
        <message>
            <source>{0} is larger than any sample</source>
            <translation>{0} 比任何样本都大</translation>
        </message>
        <message>
            <source>{0} is not the file that the manifest describes</source>
            <translation>{0} 不是清单所描述的文件</translation>
        </message>
        <message>
            <source>{0} cannot be read: {1}</source>
            <translation>无法读取 {0}：{1}</translation>
        </message>
        <message>
            <source>{0} is damaged</source>
            <translation>{0} 已损坏</translation>
        </message>
        <message>
            <source>{0} unpacks to more than any sample</source>
            <translation>{0} 解开后比任何样本都大</translation>
        </message>
        <message>
            <source>it is a model of the kind {0}, not a generator</source>
            <translation>它是 {0} 类模型，不是生成器</translation>
        </message>
        <message>
            <source>the recipe is for the model {0}, this is {1}</source>
            <translation>配方属于模型 {0}，而这里是 {1}</translation>
        </message>
        <message>
            <source>one picture takes up to {0} mixings and as many shifts</source>
            <translation>一张图片最多接受 {0} 次混合和同样多的移动</translation>
        </message>
        <message>
            <source>the shares of the kinds must sum to 1, they sum to {0}</source>
            <translation>各类别占比之和必须为 1，现为 {0}</translation>
        </message>
        <message>
            <source>the share of another picture's {0} must lie between 0 and 1</source>
            <translation>另一张图片的 {0} 占比必须在 0 和 1 之间</translation>
        </message>
        <message>
            <source>there is no zone {0}; there are: {1}</source>
            <translation>没有区域 {0}；可选：{1}</translation>
        </message>
        <message>
            <source>the amount of {0} must lie between {1} and {2}</source>
            <translation>{0} 的量必须在 {1} 和 {2} 之间</translation>
        </message>
        <message>
            <source>the direction of {0} has {1} numbers, this model's {2} has {3}</source>
            <translation>{0} 的方向有 {1} 个数，此模型的 {2} 有 {3} 个</translation>
        </message>
        <message>
            <source>styles of {0} numbers were given, this model takes {1} ({2} layers of {3})</source>
            <translation>给出的风格有 {0} 个数，此模型接受 {1} 个（{2} 层，每层 {3} 个）</translation>
        </message>
        <message>
            <source>at least one picture must be made at once</source>
            <translation>一次至少要生成一张图片</translation>
        </message>
        <message>
            <source>no picture was asked for</source>
            <translation>没有要求任何图片</translation>
        </message>
        <message>
            <source>the recipe was made with another version of the model {0}</source>
            <translation>配方由模型 {0} 的另一个版本生成</translation>
        </message>
        <message>
            <source>{0} has no kinds to blend</source>
            <translation>{0} 没有可混合的类别</translation>
        </message>
        <message>
            <source>there is no kind {0} to blend; there are: {1}</source>
            <translation>没有可混合的类别 {0}；可选：{1}</translation>
        </message>
        <message>
            <source>the share of {0} must lie above 0 and at most at 1, it is {1}</source>
            <translation>{0} 的占比必须大于 0 且不超过 1，现为 {1}</translation>
        </message>
        <message>
            <source>{0} has no zones: it is drawn as a whole</source>
            <translation>{0} 没有区域：它整体绘制</translation>
        </message>
        <message>
            <source>{0} has no styles: it is moved along directions of its latent</source>
            <translation>{0} 没有风格：它沿潜变量的方向移动</translation>
        </message>
        <message>
            <source>{0} moves the latent, from which the whole picture comes, not one zone</source>
            <translation>{0} 移动的是潜变量，整张图片由此而来，而非某个区域</translation>
        </message>
        <message>
            <source>{0} has no styles that could be given</source>
            <translation>{0} 没有可给定的风格</translation>
        </message>
        <message>
            <source>there is no control {0}; there are: {1}</source>
            <translation>没有控制项 {0}；可用：{1}</translation>
        </message>
        <message>
            <source>{0} holds values that are not numbers</source>
            <translation>{0} 含有不是数的值</translation>
        </message>
        <message>
            <source>the pictures of both piles come from the same positions</source>
            <translation>两堆图片来自相同的位置</translation>
        </message>
        <message>
            <source>a file of that name is there already; choose another name</source>
            <translation>已有同名文件；请换一个名称</translation>
        </message>
        <message>
            <source>the part {0} does not lie in {1}x{2} pixels</source>
            <translation>部分 {0} 不在 {1}x{2} 像素之内</translation>
        </message>
        <message>
            <source>{0} ends in none of {1}</source>
            <translation>{0} 的结尾不是 {1} 之一</translation>
        </message>
        <message>
            <source>it is a model of the kind {0}, it enlarges nothing</source>
            <translation>它是 {0} 类模型，不能放大</translation>
        </message>
        <message>
            <source>its {0} is not one picture of uint8 in NHWC order, three channels</source>
            <translation>它的 {0} 不是一张 NHWC 顺序、三通道的 uint8 图片</translation>
        </message>
        <message>
            <source>enlarging ran out of it</source>
            <translation>放大时用尽了内存</translation>
        </message>
        <message>
            <source>a palette has from {0} to {1} colours</source>
            <translation>调色板有 {0} 到 {1} 种颜色</translation>
        </message>
        <message>
            <source>all of it is transparent</source>
            <translation>它全部透明</translation>
        </message>
        <message>
            <source>a picture can have {0} traits changed at most</source>
            <translation>一张图片最多可改变 {0} 个特征</translation>
        </message>
        <message>
            <source>it was drawn from its number alone, and nothing came before it</source>
            <translation>它仅由编号抽取而来，之前没有别的</translation>
        </message>
        <message>
            <source>a film shows {0} to {1} pictures a second, not {2}</source>
            <translation>影片每秒 {0} 到 {1} 帧，而非 {2}</translation>
        </message>
        <message>
            <source>{0} seconds at {1} pictures a second are {2} pictures; up to {3} seconds are possible</source>
            <translation>{0} 秒、每秒 {1} 帧共 {2} 帧；最多可以 {3} 秒</translation>
        </message>
        <message>
            <source>a tempo has {0} to {1} beats a minute</source>
            <translation>速度为每分钟 {0} 到 {1} 拍</translation>
        </message>
        <message>
            <source>its keys must follow one another between 0 and {0} seconds</source>
            <translation>关键帧必须在 0 到 {0} 秒之间先后排列</translation>
        </message>
        <message>
            <source>key {0} was made by {1}, and the film is by {2}</source>
            <translation>关键帧 {0} 由 {1} 生成，而影片属于 {2}</translation>
        </message>
        <message>
            <source>the film has no pictures; add one at least</source>
            <translation>影片没有图片；请至少添加一张</translation>
        </message>
        <message>
            <source>a film holds up to {0} keys</source>
            <translation>一部影片最多 {0} 个关键帧</translation>
        </message>
        <message>
            <source>a film of no length cannot be made; give it some seconds</source>
            <translation>无法制作没有长度的影片；请给它几秒</translation>
        </message>
        <message>
            <source>how far zones are apart lies between -1 and 1</source>
            <translation>区域错开的程度在 -1 和 1 之间</translation>
        </message>
        <message>
            <source>the time of a key is not a number</source>
            <translation>某个关键帧的时间不是数</translation>
        </message>
        <message>
            <source>a key cannot stay for less than no time</source>
            <translation>关键帧的停留时间不能为负</translation>
        </message>
        <message>
            <source>two of its keys have the same name</source>
            <translation>有两个关键帧同名</translation>
        </message>
        <message>
            <source>the recipe of key {0} gives no position</source>
            <translation>关键帧 {0} 的配方没有给出位置</translation>
        </message>
        <message>
            <source>key {0} is made of styles that no position has; travel by style instead</source>
            <translation>关键帧 {0} 的风格不来自任何位置；请改为按风格行进</translation>
        </message>
        <message>
            <source>{0} of {1} traits are damaged</source>
            <translation>{1} 个特征中有 {0} 个损坏</translation>
        </message>
        <message>
            <source>it is larger than any list of traits</source>
            <translation>它比任何特征列表都大</translation>
        </message>
        <message>
            <source>it is not the file that the manifest describes (its SHA-256 differs)</source>
            <translation>它不是清单所描述的文件（SHA-256 不符）</translation>
        </message>
        <message>
            <source>a trait's name has at most {0} characters</source>
            <translation>特征名称最多 {0} 个字符</translation>
        </message>
        <message>
            <source>the trait comes with the model and cannot be deleted</source>
            <translation>该特征随模型附带，不能删除</translation>
        </message>
        <message>
            <source>it holds traits of another model</source>
            <translation>其中是另一个模型的特征</translation>
        </message>
        <message>
            <source>the trait is not there any more</source>
            <translation>该特征已不存在</translation>
        </message>
        <message>
            <source>another trait is called {0} already</source>
            <translation>已有另一个特征叫 {0}</translation>
        </message>
        <message>
            <source>no trait was found</source>
            <translation>没有找到特征</translation>
        </message>
        <message>
            <source>what was found is no direction</source>
            <translation>找到的不是方向</translation>
        </message>
        <message>
            <source>the traits were found in another model</source>
            <translation>这些特征是在另一个模型中找到的</translation>
        </message>
        <message>
            <source>{0} was made with another model, “{1}”</source>
            <translation>{0} 由另一个模型“{1}”生成</translation>
        </message>
        <message>
            <source>{0} was made by another model than {1}</source>
            <translation>{0} 不是由 {1} 生成的</translation>
        </message>
        <message>
            <source>the picture is not there any more</source>
            <translation>图片已不存在</translation>
        </message>
        <message>
            <source>its pixels are damaged</source>
            <translation>像素已损坏</translation>
        </message>
        <message>
            <source>{0} was made with the model “{1}”, which is not here</source>
            <translation>{0} 由模型“{1}”生成，但它不在这里</translation>
        </message>
        <message>
            <source>the recipe in {0} does not say where the picture lies</source>
            <translation>{0} 中的配方没有说明图片的位置</translation>
        </message>
        <message>
            <source>the pages could not be written as a PDF</source>
            <translation>无法写成 PDF 页面</translation>
        </message>
        <message>
            <source>a kept picture cannot be decoded</source>
            <translation>一张保留的图片无法解码</translation>
        </message>
        <message>
            <source>is not what was written</source>
            <translation>与写入的内容不同</translation>
        </message>
        <message>
            <source>{0} names no file in it</source>
            <translation>{0} 不对应其中的任何文件</translation>
        </message>
        <message>
            <source>is missing</source>
            <translation>缺失</translation>
        </message>
        <message>
            <source>the database is damaged</source>
            <translation>数据库已损坏</translation>
        </message>
        <message>
            <source>the disk reports an error; check the disk</source>
            <translation>磁盘报告错误；请检查磁盘</translation>
        </message>
        <message>
            <source>this drive cannot hold a project; choose a folder on a local disk</source>
            <translation>此驱动器无法存放项目；请选择本地磁盘上的文件夹</translation>
        </message>
        <message>
            <source>it cannot be opened or written</source>
            <translation>无法打开或写入</translation>
        </message>
        <message>
            <source>another program is using it</source>
            <translation>另一个程序正在使用它</translation>
        </message>
        <message>
            <source>it is closed</source>
            <translation>已关闭</translation>
        </message>
        <message>
            <source>a node keeps its id</source>
            <translation>节点的标识不能更改</translation>
        </message>
        <message>
            <source>a row is damaged</source>
            <translation>有一行已损坏</translation>
        </message>
        <message>
            <source>works of the type {0} are not known here</source>
            <translation>这里不认识类型为 {0} 的作品</translation>
        </message>
        <message>
            <source>{0} is a {1}, not a {2}</source>
            <translation>{0} 是 {1}，不是 {2}</translation>
        </message>
        <message>
            <source>that version is not there any more</source>
            <translation>该版本已不存在</translation>
        </message>
        <message>
            <source>the {0} {1} cannot be written: {2}</source>
            <translation>无法写入 {0} {1}：{2}</translation>
        </message>
        <message>
            <source>{0} and {1} are not the same</source>
            <translation>{0} 与 {1} 不同</translation>
        </message>
        <message>
            <source>the {0} {1} names the file {2}, which is not there</source>
            <translation>{0} {1} 所指的文件 {2} 不存在</translation>
        </message>
        <message>
            <source>what should be changed is not there any more</source>
            <translation>要更改的内容已不存在</translation>
        </message>
        <message>
            <source>this drive cannot lock files</source>
            <translation>此驱动器不能锁定文件</translation>
        </message>
        <message>
            <source>{0} is not a name for a node type</source>
            <translation>{0} 不能作为节点类型的名称</translation>
        </message>
        <message>
            <source>the node type {0} is registered already</source>
            <translation>节点类型 {0} 已经注册</translation>
        </message>
        <message>
            <source>{0} has no fields {1}</source>
            <translation>{0} 没有字段 {1}</translation>
        </message>
        <message>
            <source>a file stands where a folder is needed</source>
            <translation>需要文件夹的位置上是一个文件</translation>
        </message>
        <message>
            <source>no folder can be made there</source>
            <translation>无法在那里建立文件夹</translation>
        </message>
        <message>
            <source>damaged</source>
            <translation>已损坏</translation>
        </message>
        <message>
            <source>the database is missing</source>
            <translation>数据库缺失</translation>
        </message>
        <message>
            <source>the database is empty</source>
            <translation>数据库为空</translation>
        </message>
        <message>
            <source>it is a database of another program</source>
            <translation>它是其他程序的数据库</translation>
        </message>
        <message>
            <source>an earlier Atelier wrote it; open it once to change before looking only</source>
            <translation>它由较早的 Atelier 写入；请先以可更改方式打开一次，再以只看方式打开</translation>
        </message>
        <message>
            <source>there is no project there</source>
            <translation>那里没有项目</translation>
        </message>
        <message>
            <source>the row {0}</source>
            <translation>行 {0}</translation>
        </message>
        <message>
            <source>{0} is no rating</source>
            <translation>{0} 不是有效的星级</translation>
        </message>
        <message>
            <source>pictures of {0} cannot be compared</source>
            <translation>{0} 的图片无法比较</translation>
        </message>
        <message>
            <source>its size of {0}x{1} pixels is out of range</source>
            <translation>尺寸 {0}x{1} 像素超出范围</translation>
        </message>
        <message>
            <source>its {0}x{1} pixels are more than can be opened</source>
            <translation>{0}x{1} 像素太多，无法打开</translation>
        </message>
        <message>
            <source>it holds no pixels</source>
            <translation>其中没有像素</translation>
        </message>
        <message>
            <source>it holds the text “{0}” twice</source>
            <translation>文本“{0}”出现了两次</translation>
        </message>
        <message>
            <source>it is too short</source>
            <translation>文件太短</translation>
        </message>
        <message>
            <source>it is cut off</source>
            <translation>文件不完整</translation>
        </message>
        <message>
            <source>it is larger than any that is read</source>
            <translation>超过了可读取的大小</translation>
        </message>
        <message>
            <source>its header is damaged</source>
            <translation>文件头已损坏</translation>
        </message>
        <message>
            <source>its parts are out of order</source>
            <translation>各部分的顺序有误</translation>
        </message>
        <message>
            <source>its part {0} is damaged (wrong checksum)</source>
            <translation>{0} 部分已损坏（校验和不符）</translation>
        </message>
        <message>
            <source>its text “{0}” is damaged</source>
            <translation>文本“{0}”已损坏</translation>
        </message>
        <message>
            <source>it holds XMP twice</source>
            <translation>XMP 出现了两次</translation>
        </message>
        <message>
            <source>it is neither PNG nor JPEG nor WebP</source>
            <translation>既不是 PNG、JPEG，也不是 WebP</translation>
        </message>
        <message>
            <source>it is an animation</source>
            <translation>它是动画</translation>
        </message>
        <message>
            <source>its pixels changed while it was written</source>
            <translation>写入时像素发生了变化</translation>
        </message>
        <message>
            <source>the disk gave back other bytes than were written</source>
            <translation>磁盘读回的内容与写入的不同</translation>
        </message>
        <message>
            <source>{0} bytes are not {1}x{2} pixels of {3} channels</source>
            <translation>{0} 字节不是 {1}x{2} 像素、{3} 通道</translation>
        </message>
        <message>
            <source>its recipe of {0} bytes does not fit into a JPEG, which holds {1}; choose PNG or WebP</source>
            <translation>配方有 {0} 字节，JPEG 只能容纳 {1} 字节；请选择 PNG 或 WebP</translation>
        </message>
        <message>
            <source>its pixels are not those that its recipe names</source>
            <translation>像素与配方所记的不符</translation>
        </message>
        <message>
            <source>it is a folder</source>
            <translation>它是文件夹</translation>
        </message>
        <message>
            <source>it cannot be read</source>
            <translation>无法读取</translation>
        </message>
        <message>
            <source>it is larger than any picture</source>
            <translation>它比任何图片都大</translation>
        </message>
        <message>
            <source>there is no such file</source>
            <translation>没有这个文件</translation>
        </message>
        <message>
            <source>its sizes contradict each other</source>
            <translation>所记的尺寸互相矛盾</translation>
        </message>
        <message>
            <source>a JPEG cannot be transparent; choose PNG or WebP</source>
            <translation>JPEG 不支持透明；请选择 PNG 或 WebP</translation>
        </message>
        <message>
            <source>a WebP has up to {0} pixels a side; choose PNG</source>
            <translation>WebP 每边最多 {0} 像素；请选择 PNG</translation>
        </message>
        <message>
            <source>it is {0}, not RGB; save it as RGB in the program it comes from</source>
            <translation>它是 {0}，不是 RGB；请在原来的程序中存为 RGB</translation>
        </message>
        <message>
            <source>its XMP declares a document type, which no picture needs</source>
            <translation>XMP 声明了文档类型，图片不需要它</translation>
        </message>
        <message>
            <source>its XMP is damaged ({0})</source>
            <translation>XMP 已损坏（{0}）</translation>
        </message>
        <message>
            <source>its XMP is nested too deeply</source>
            <translation>XMP 嵌套过深</translation>
        </message>
        <message>
            <source>its XMP holds more than one {0}</source>
            <translation>XMP 中有多个 {0}</translation>
        </message>
        <message>
            <source>it holds no JSON object</source>
            <translation>其中没有 JSON 对象</translation>
        </message>
        <message>
            <source>it knows no tokens</source>
            <translation>其中没有任何词元</translation>
        </message>
        <message>
            <source>it is larger than any such file</source>
            <translation>它比任何此类文件都大</translation>
        </message>
        <message>
            <source>it holds no ONNX graph and no GGUF file</source>
            <translation>其中既没有 ONNX 计算图，也没有 GGUF 文件</translation>
        </message>
        <message>
            <source>its tokenizer.json is missing ({0}); copy it from where the model came from</source>
            <translation>缺少 tokenizer.json（{0}）；请从模型的来源处复制过来</translation>
        </message>
        <message>
            <source>it holds several GGUF files ({0}); open one of them</source>
            <translation>其中有多个 GGUF 文件（{0}）；请打开其中一个</translation>
        </message>
        <message>
            <source>it is a model of the kind {0}, which writes no texts</source>
            <translation>它是 {0} 类模型，不能写作</translation>
        </message>
        <message>
            <source>it is cut into a pipeline of graphs, as is done for other processors than this</source>
            <translation>它被拆分成一连串计算图，那是为其他处理器准备的</translation>
        </message>
        <message>
            <source>it needs a library of operators of its own, and such are never loaded</source>
            <translation>它需要自带的算子库，而这类库从不载入</translation>
        </message>
        <message>
            <source>it is made of two halves, an encoder and a decoder, such as translate or summarise; models that go on with a text have one</source>
            <translation>它由编码器和解码器两部分组成，用于翻译或摘要；能续写文字的模型只有解码器</translation>
        </message>
        <message>
            <source>it reads texts and writes none: it gives hidden states in place of words</source>
            <translation>它只读文字而不写文字：给出的是隐藏状态而不是词语</translation>
        </message>
        <message>
            <source>it holds no ONNX graph</source>
            <translation>其中没有 ONNX 计算图</translation>
        </message>
        <message>
            <source>it does not belong to {0}: it knows the token {1}, and the graph knows {2} tokens</source>
            <translation>它与 {0} 不匹配：它含有词元 {1}，而计算图只有 {2} 个词元</translation>
        </message>
        <message>
            <source>it has a SentencePiece model</source>
            <translation>其中有 SentencePiece 模型</translation>
        </message>
        <message>
            <source>it is neither a GGUF file nor an ONNX graph</source>
            <translation>它既不是 GGUF 文件，也不是 ONNX 计算图</translation>
        </message>
        <message>
            <source>it has vocab.json and merges.txt</source>
            <translation>其中有 vocab.json 和 merges.txt</translation>
        </message>
        <message>
            <source>without it a text cannot be cut into tokens</source>
            <translation>没有它就无法把文字切分成词元</translation>
        </message>
        <message>
            <source>it is made of several graphs, for {0}</source>
            <translation>它由多个计算图组成，包含{0}</translation>
        </message>
        <message>
            <source>the name {0} leads out of the folder</source>
            <translation>名称 {0} 指向文件夹之外</translation>
        </message>
        <message>
            <source>it is not UTF-8</source>
            <translation>它不是 UTF-8</translation>
        </message>
        <message>
            <source>the lane {0} is not among {1}</source>
            <translation>通道 {0} 不在 {1} 之中</translation>
        </message>
        <message>
            <source>the installed {0} is built without {1}</source>
            <translation>已安装的 {0} 不包含 {1}</translation>
        </message>
        <message>
            <source>{0} needs NVIDIA's driver, and none is installed</source>
            <translation>{0} 需要 NVIDIA 驱动程序，但没有安装</translation>
        </message>
        <message>
            <source>{0} cannot be used: {1}</source>
            <translation>无法使用 {0}：{1}</translation>
        </message>
        <message>
            <source>onnxruntime loaded the graph on {0} although {1} was tried and worked</source>
            <translation>{1} 试用正常，onnxruntime 却把计算图载入到 {0}</translation>
        </message>
        <message>
            <source>it found no device</source>
            <translation>没有找到设备</translation>
        </message>
        <message>
            <source>there is no provider {0}; there are: {1}</source>
            <translation>没有运行设备 {0}；可用：{1}</translation>
        </message>
        <message>
            <source>it holds text that is not text</source>
            <translation>其中的文本无法解码</translation>
        </message>
        <message>
            <source>onnxruntime refuses it and says no more than {0}</source>
            <translation>onnxruntime 拒绝了它，只说了 {0}</translation>
        </message>
        <message>
            <source>loading {0} ran out of it</source>
            <translation>载入 {0} 时内存用尽</translation>
        </message>
        <message>
            <source>running {0} ran out of it</source>
            <translation>运行 {0} 时内存用尽</translation>
        </message>
        <message>
            <source>nested too deeply</source>
            <translation>嵌套过深</translation>
        </message>
        <message>
            <source>it wants to read {0}, which lies outside the model's folder</source>
            <translation>它要读取模型文件夹之外的 {0}</translation>
        </message>
        <message>
            <source>the file is damaged or is not an ONNX graph</source>
            <translation>文件已损坏，或不是 ONNX 计算图</translation>
        </message>
        <message>
            <source>its file {0} leads out of the model's folder</source>
            <translation>它的文件 {0} 指向模型文件夹之外</translation>
        </message>
        <message>
            <source>its file {0} cannot be read: {1}</source>
            <translation>无法读取它的文件 {0}：{1}</translation>
        </message>
        <message>
            <source>the file is empty</source>
            <translation>文件为空</translation>
        </message>
        <message>
            <source>a number is too long at byte {0}</source>
            <translation>字节 {0} 处的数过长</translation>
        </message>
        <message>
            <source>field 0 at byte {0}</source>
            <translation>字节 {0} 处的字段为 0</translation>
        </message>
        <message>
            <source>a field runs past its end at byte {0}</source>
            <translation>字节 {0} 处的字段超出末尾</translation>
        </message>
        <message>
            <source>a number is cut off</source>
            <translation>有一个数不完整</translation>
        </message>
        <message>
            <source>wire type {0} at byte {1}</source>
            <translation>字节 {1} 处的编码类型为 {0}</translation>
        </message>
        <message>
            <source>the graphics card has too little memory for this model</source>
            <translation>显卡内存不足以运行此模型</translation>
        </message>
        <message>
            <source>the graphics card stopped answering ({0}); start Atelier again to use it</source>
            <translation>显卡停止响应（{0}）；要使用它，请重新启动 Atelier</translation>
        </message>
        <message>
            <source>the graphics card cannot run this model ({0})</source>
            <translation>显卡无法运行此模型（{0}）</translation>
        </message>
        <message>
            <source>{0} of {1} operators run on the CPU ({2})</source>
            <translation>{1} 个算子中有 {0} 个在 CPU 上运行（{2}）</translation>
        </message>
        <message>
            <source>its {0} {1} is a {2}, not {3}</source>
            <translation>它的 {0} {1} 是 {2}，不是 {3}</translation>
        </message>
        <message>
            <source>its {0} {1} has the shape {2}, the manifest says {3}</source>
            <translation>它的 {0} {1} 形状为 {2}，清单所记为 {3}</translation>
        </message>
        <message>
            <source>it needs the input {0}, which the manifest does not describe</source>
            <translation>它需要输入 {0}，清单中没有描述</translation>
        </message>
        <message>
            <source>the manifest names no graph {0}</source>
            <translation>清单中没有计算图 {0}</translation>
        </message>
        <message>
            <source>it has no {0} {1}</source>
            <translation>它没有 {0} {1}</translation>
        </message>
        <message>
            <source>it has no outputs</source>
            <translation>它没有输出</translation>
        </message>
        <message>
            <source>too many inputs or outputs</source>
            <translation>输入或输出太多</translation>
        </message>
        <message>
            <source>{0} together, {1} singly</source>
            <translation>一起 {0}，逐个 {1}</translation>
        </message>
        <message>
            <source>it does not give {0}, which {1} wants</source>
            <translation>它不给出 {1} 所需的 {0}</translation>
        </message>
        <message>
            <source>its logits have the shape {0} for {1} tokens</source>
            <translation>对 {1} 个词元，它的 logits 形状是 {0}</translation>
        </message>
        <message>
            <source>there is no text to read</source>
            <translation>没有可读的文字</translation>
        </message>
        <message>
            <source>{0} results of {1} tokens were asked for</source>
            <translation>要求了 {1} 个词元的 {0} 个结果</translation>
        </message>
        <message>
            <source>the model has no token {0}{1}</source>
            <translation>模型没有词元 {0}{1}</translation>
        </message>
        <message>
            <source>what the model keeps of a text takes {0} MB more</source>
            <translation>模型为一篇文字保存的内容还需要 {0} MB</translation>
        </message>
        <message>
            <source>it wants an input that nobody here can give it: {0} ({1}, {2})</source>
            <translation>它需要一个这里无法提供的输入：{0}（{1}，{2}）</translation>
        </message>
        <message>
            <source>it gives hidden states ({0}) and no logits: it was exported without the head that chooses words</source>
            <translation>它给出隐藏状态（{0}）而没有 logits：导出时缺少选词的输出层</translation>
        </message>
        <message>
            <source>its logits are {0}; float32 and float16 can be read</source>
            <translation>它的 logits 是 {0}；可以读取 float32 和 float16</translation>
        </message>
        <message>
            <source>its logits have the shape {0}</source>
            <translation>它的 logits 形状是 {0}</translation>
        </message>
        <message>
            <source>it takes tokens as {0}, not as whole numbers</source>
            <translation>它以 {0} 而不是整数接收词元</translation>
        </message>
        <message>
            <source>it takes tokens in the shape {0}</source>
            <translation>它接收词元的形状是 {0}</translation>
        </message>
        <message>
            <source>it takes exactly {0} tokens at once, neither more nor fewer</source>
            <translation>它一次正好接收 {0} 个词元，不能多也不能少</translation>
        </message>
        <message>
            <source>it takes exactly {0} texts at once</source>
            <translation>它一次正好接收 {0} 篇文字</translation>
        </message>
        <message>
            <source>its mask is {0} of the shape {1}</source>
            <translation>它的掩码是 {0}，形状 {1}</translation>
        </message>
        <message>
            <source>its positions are {0} of the shape {1}, as models have them that see pictures</source>
            <translation>它的位置是 {0}，形状 {1}，看图的模型才这样</translation>
        </message>
        <message>
            <source>its input {0} is {1}</source>
            <translation>它的输入 {0} 是 {1}</translation>
        </message>
        <message>
            <source>its cache {0} is {1}</source>
            <translation>它的缓存 {0} 是 {1}</translation>
        </message>
        <message>
            <source>its cache {0} is {1} and comes back as {2}</source>
            <translation>它的缓存 {0} 是 {1}，返回时却是 {2}</translation>
        </message>
        <message>
            <source>its cache {0} comes back in another shape</source>
            <translation>它的缓存 {0} 返回时形状不同</translation>
        </message>
        <message>
            <source>it does not say the sizes of its cache: {0} is {1}</source>
            <translation>它没有说明缓存的大小：{0} 是 {1}</translation>
        </message>
        <message>
            <source>{0} (its input {1})</source>
            <translation>{0}（它的输入 {1}）</translation>
        </message>
        <message>
            <source>it takes no tokens</source>
            <translation>它不接收词元</translation>
        </message>
        <message>
            <source>it gives no logits</source>
            <translation>它不给出 logits</translation>
        </message>
        <message>
            <source>its weights were packed for another processor or another onnxruntime; remove its folder, and it is made anew</source>
            <translation>它的权重是为另一种处理器或另一版 onnxruntime 打包的；删除其文件夹后会重新生成</translation>
        </message>
        <message>
            <source>the room {0} is not a widget</source>
            <translation>工作间 {0} 不是窗口部件</translation>
        </message>
        <message>
            <source>no row for {0}</source>
            <translation>没有 {0} 对应的行</translation>
        </message>
        <message>
            <source>{0} cannot be {1}</source>
            <translation>{0} 不能为 {1}</translation>
        </message>
        <message>
            <source>the model's scores of {0} of {1} tokens are no numbers, as happens where half precision overflows; with its float32 form it may be possible</source>
            <translation>模型给出的 {1} 个词元的分数中有 {0} 个不是数，半精度溢出时会这样；改用 float32 形式也许可行</translation>
        </message>
        <message>
            <source>no token is left that may come next; with a wider constraint, or fewer banned phrases and tokens, it is possible</source>
            <translation>没有任何词元可以接在后面；放宽约束，或减少禁用的短语和词元，便可继续</translation>
        </message>
        <message>
            <source>this model does not tell its tokens' texts; DRY without breakers is possible</source>
            <translation>此模型不提供词元的文字；可以使用不带中断文字的 DRY</translation>
        </message>
        <message>
            <source>its template for conversations {0}</source>
            <translation>它的对话模板{0}</translation>
        </message>
        <message>
            <source>its template for conversations has more than {0} characters</source>
            <translation>它的对话模板超过 {0} 个字符</translation>
        </message>
        <message>
            <source>does not end: it was stopped after {0} seconds</source>
            <translation>不会结束：{0} 秒后已被停止</translation>
        </message>
        <message>
            <source>took more than it may have, and its process ended</source>
            <translation>占用超过了允许的限度，其进程已结束</translation>
        </message>
        <message>
            <source>the model's template refuses this conversation ({0})</source>
            <translation>模型的对话模板拒绝了这段对话（{0}）</translation>
        </message>
        <message>
            <source>the model's template fails at this conversation ({0})</source>
            <translation>模型的对话模板在处理这段对话时出错（{0}）</translation>
        </message>
        <message>
            <source>the process that renders chat templates does not start</source>
            <translation>处理对话模板的进程无法启动</translation>
        </message>
        <message>
            <source>no process can be started to render chat templates ({0})</source>
            <translation>无法启动处理对话模板的进程（{0}）</translation>
        </message>
        <message>
            <source>no text has this form</source>
            <translation>没有文字符合这种格式</translation>
        </message>
        <message>
            <source>this model has no token that ends a text, so no form can be asked for</source>
            <translation>此模型没有表示文字结束的词元，因此无法要求格式</translation>
        </message>
        <message>
            <source>the {0} cannot be followed: {1}</source>
            <translation>无法遵循所给的{0}：{1}</translation>
        </message>
        <message>
            <source>the form cannot be followed further: {0}</source>
            <translation>无法继续遵循所要求的格式：{0}</translation>
        </message>
        <message>
            <source>the JSON schema cannot be followed: {0}</source>
            <translation>无法遵循所给的 JSON 模式：{0}</translation>
        </message>
        <message>
            <source>the form that was asked for does not let token {0} come here</source>
            <translation>按所要求的格式，词元 {0} 不能出现在这里</translation>
        </message>
        <message>
            <source>there is no text to go on from</source>
            <translation>没有可以接着写的文字</translation>
        </message>
        <message>
            <source>the text is {0} tokens long and the model can read {1}; leave out its beginning or choose a model that reads more</source>
            <translation>文字长 {0} 个词元，而模型最多能读 {1} 个；请略去开头，或选择能读更多的模型</translation>
        </message>
        <message>
            <source>its tokenizer is of the kind “{0}”, and only gpt2 and llama are known</source>
            <translation>它的分词器属于“{0}”类，目前只认识 gpt2 和 llama</translation>
        </message>
        <message>
            <source>its tokenizer has the token “{0}” twice</source>
            <translation>它的分词器中词元“{0}”出现了两次</translation>
        </message>
        <message>
            <source>its tokenizer cuts texts in the way “{0}”, which is not known here</source>
            <translation>它的分词器按“{0}”方式切分文字，这里不认识这种方式</translation>
        </message>
        <message>
            <source>its {0} tokens have {1} scores</source>
            <translation>它有 {0} 个词元，却有 {1} 个分数</translation>
        </message>
        <message>
            <source>it holds no tokenizer</source>
            <translation>其中没有分词器</translation>
        </message>
        <message>
            <source>its tokenizer counts {0} tokens</source>
            <translation>它的分词器有 {0} 个词元</translation>
        </message>
        <message>
            <source>its {0} tokens have {1} kinds</source>
            <translation>它有 {0} 个词元，却有 {1} 个类型标记</translation>
        </message>
        <message>
            <source>its tokenizer has no merges</source>
            <translation>它的分词器没有合并规则</translation>
        </message>
        <message>
            <source>merge {0} of its tokenizer is no pair</source>
            <translation>它的分词器的第 {0} 条合并规则不是一对</translation>
        </message>
        <message>
            <source>after {0} of {1} tokens of its sample it finds others likeliest</source>
            <translation>在其样本的 {1} 个词元中，有 {0} 个之后它认为最可能的词元与记录不同</translation>
        </message>
        <message>
            <source>its sample does not fit together</source>
            <translation>它的样本前后不符</translation>
        </message>
        <message>
            <source>its sample names tokens that the model does not have</source>
            <translation>它的样本含有模型没有的词元</translation>
        </message>
        <message>
            <source>its sample is written in a way that is not known</source>
            <translation>它的样本以未知的方式写成</translation>
        </message>
        <message>
            <source>its sample's {0} is not a row of tokens</source>
            <translation>它的样本中 {0} 不是一列词元</translation>
        </message>
        <message>
            <source>its sample is larger than any sample</source>
            <translation>它的样本比任何样本都大</translation>
        </message>
        <message>
            <source>its sample is not the one that the manifest names</source>
            <translation>它的样本不是清单所指的那一个</translation>
        </message>
        <message>
            <source>its sample cannot be read</source>
            <translation>无法读取它的样本</translation>
        </message>
        <message>
            <source>the model has no form {0}; it has: {1}</source>
            <translation>模型没有形式 {0}；可选：{1}</translation>
        </message>
        <message>
            <source>the prompt is empty, and this model needs a word to begin with</source>
            <translation>提示文字为空，而此模型需要一个开头</translation>
        </message>
        <message>
            <source>it is not the graph that the manifest names</source>
            <translation>它不是清单所指的计算图</translation>
        </message>
        <message>
            <source>it holds no graph that could be run</source>
            <translation>其中没有可以运行的计算图</translation>
        </message>
        <message>
            <source>{0} has no template for conversations, so it cannot be talked to; give it a text to continue instead</source>
            <translation>{0} 没有对话模板，无法与它对话；请改为给它一段文字来续写</translation>
        </message>
        <message>
            <source>the middle and what follows are {0} tokens long, and the model reads {1} at once</source>
            <translation>中段与其后的文字共 {0} 个词元，而模型一次最多读 {1} 个</translation>
        </message>
        <message>
            <source>the model reads {0} tokens at once, too few for a text</source>
            <translation>模型一次只能读 {0} 个词元，不足以处理文字</translation>
        </message>
        <message>
            <source>the seed cannot be {0}; 0 to {1} is possible</source>
            <translation>随机种子不能是 {0}；可以是 0 到 {1}</translation>
        </message>
        <message>
            <source>the name {0} is not allowed in a namespace</source>
            <translation>命名空间中不允许使用名称 {0}</translation>
        </message>
        <message>
            <source>builds a text of more than {0} characters</source>
            <translation>生成的文字超过 {0} 个字符</translation>
        </message>
        <message>
            <source>calls itself without end</source>
            <translation>无休止地调用自身</translation>
        </message>
        <message>
            <source>needs more memory than it may have, or counts too far</source>
            <translation>所需内存超过了允许的限度，或计数过大</translation>
        </message>
        <message>
            <source>is not understood in line {0} ({1})</source>
            <translation>第 {0} 行无法理解（{1}）</translation>
        </message>
        <message>
            <source>does what is not allowed ({0})</source>
            <translation>试图做不被允许的事（{0}）</translation>
        </message>
        <message>
            <source>its tokenizer does not say how tokens are put together to a text</source>
            <translation>它的分词器没有说明如何把词元拼成文字</translation>
        </message>
        <message>
            <source>its tokenizer has {0} tokens and its graph {1}, so they are not of one model; put the tokenizer that belongs to it beside it</source>
            <translation>它的分词器有 {0} 个词元，而计算图有 {1} 个，两者不属于同一个模型；请把与它配套的分词器放在旁边</translation>
        </message>
        <message>
            <source>its tokenizer puts texts together by {0}, which is not known here</source>
            <translation>它的分词器按 {0} 方式拼合文字，这里不认识这种方式</translation>
        </message>
        <message>
            <source>its tokenizer cannot be used</source>
            <translation>它的分词器无法使用</translation>
        </message>
        <message>
            <source>it is larger than {0} MB</source>
            <translation>它超过 {0} MB</translation>
        </message>
        <message>
            <source>character {0} of the text is half of a pair (a surrogate)</source>
            <translation>文字的第 {0} 个字符只是代理对的一半</translation>
        </message>
        <message>
            <source>the model has no tokens for these characters: {0}</source>
            <translation>模型没有这些字符的词元：{0}</translation>
        </message>
        <message>
            <source>its tokenizer cannot be used ({0})</source>
            <translation>它的分词器无法使用（{0}）</translation>
        </message>
        <message>
            <source>a text that must have a form begins anew, so the prompt cannot be healed too</source>
            <translation>必须符合格式的文字须从头写起，因此不能同时修补提示文字的末尾</translation>
        </message>
        <message>
            <source>the prompt has {0} tokens and the model reads at most {1}; leave out its beginning ({2} tokens or more), or choose a model that reads more</source>
            <translation>提示文字有 {0} 个词元，而模型最多读 {1} 个；请略去开头（至少 {2} 个词元），或选择能读更多的模型</translation>
        </message>
        <message>
            <source>{0}: {1}</source>
            <translation>{0}：{1}</translation>
        </message>
        <message>
            <source>an encoder and a decoder</source>
            <translation>编码器和解码器</translation>
        </message>
        <message>
            <source>eyes beside the text</source>
            <translation>处理图像的部分</translation>
        </message>
        <message>
            <source>ears beside the text</source>
            <translation>处理声音的部分</translation>
        </message>
        <message>
            <source>embeddings in a graph of their own</source>
            <translation>单独的嵌入计算图</translation>
        </message>
        <message>
            <source>regular expression</source>
            <translation>正则表达式</translation>
        </message>
        <message>
            <source>grammar</source>
            <translation>语法</translation>
        </message>
        <message>
            <source>{0}, process {1} on {2}, since {3}</source>
            <translation>{0}，{2} 上的进程 {1}，自 {3}</translation>
        </message>
        <message>
            <source>unknown</source>
            <translation>未知</translation>
        </message>
        <message>
            <source>“{0}” is wrong ({1})</source>
            <translation>“{0}”有误（{1}）</translation>
        </message>
        <message>
            <source>Expected {0}, got {1}</source>
            <translation>应为 {0}，实为 {1}</translation>
        </message>
        <message>
            <source>Expected {0}</source>
            <translation>应为 {0}</translation>
        </message>
        <message>
            <source>Object missing required field {0}</source>
            <translation>缺少必需的字段 {0}</translation>
        </message>
        <message>
            <source>Object contains unknown field {0}</source>
            <translation>含有未知字段 {0}</translation>
        </message>
        <message>
            <source>Invalid enum value {0}</source>
            <translation>取值 {0} 无效</translation>
        </message>
        <message>
            <source>Invalid value {0}</source>
            <translation>值 {0} 无效</translation>
        </message>
        <message>
            <source>it is not JSON: {0} (byte {1})</source>
            <translation>不是 JSON：{0}（字节 {1}）</translation>
        </message>
        <message>
            <source>Invalid UTF-8 encoding</source>
            <translation>不是有效的 UTF-8 编码</translation>
        </message>
        <message>
            <source>operation not permitted</source>
            <translation>操作不被允许</translation>
        </message>
        <message>
            <source>no such file or directory</source>
            <translation>没有这个文件或文件夹</translation>
        </message>
        <message>
            <source>input/output error</source>
            <translation>输入输出错误</translation>
        </message>
        <message>
            <source>bad file descriptor</source>
            <translation>文件描述符无效</translation>
        </message>
        <message>
            <source>resource temporarily unavailable</source>
            <translation>资源暂时不可用</translation>
        </message>
        <message>
            <source>cannot allocate memory</source>
            <translation>无法分配内存</translation>
        </message>
        <message>
            <source>permission denied</source>
            <translation>没有权限</translation>
        </message>
        <message>
            <source>device or resource busy</source>
            <translation>设备或资源正忙</translation>
        </message>
        <message>
            <source>file exists</source>
            <translation>文件已存在</translation>
        </message>
        <message>
            <source>invalid cross-device link</source>
            <translation>不能跨设备移动</translation>
        </message>
        <message>
            <source>no such device</source>
            <translation>没有这个设备</translation>
        </message>
        <message>
            <source>not a directory</source>
            <translation>不是文件夹</translation>
        </message>
        <message>
            <source>is a directory</source>
            <translation>是文件夹</translation>
        </message>
        <message>
            <source>invalid argument</source>
            <translation>参数无效</translation>
        </message>
        <message>
            <source>too many open files in system</source>
            <translation>系统打开的文件过多</translation>
        </message>
        <message>
            <source>too many open files</source>
            <translation>打开的文件过多</translation>
        </message>
        <message>
            <source>file too large</source>
            <translation>文件过大</translation>
        </message>
        <message>
            <source>no space left on device</source>
            <translation>设备上没有剩余空间</translation>
        </message>
        <message>
            <source>read-only file system</source>
            <translation>文件系统只读</translation>
        </message>
        <message>
            <source>too many links</source>
            <translation>链接过多</translation>
        </message>
        <message>
            <source>broken pipe</source>
            <translation>管道已断开</translation>
        </message>
        <message>
            <source>file name too long</source>
            <translation>文件名过长</translation>
        </message>
        <message>
            <source>directory not empty</source>
            <translation>文件夹不为空</translation>
        </message>
        <message>
            <source>too many levels of symbolic links</source>
            <translation>符号链接层数过多</translation>
        </message>
        <message>
            <source>disk quota exceeded</source>
            <translation>超出磁盘配额</translation>
        </message>
        <message>
            <source>stale file handle</source>
            <translation>文件句柄已失效</translation>
        </message>
        <message>
            <source>connection timed out</source>
            <translation>连接超时</translation>
        </message>
        <message>
            <source>function not implemented</source>
            <translation>系统不支持此功能</translation>
        </message>
        <message>
            <source>operation not supported</source>
            <translation>不支持此操作</translation>
        </message>
    </context>
</TS>
