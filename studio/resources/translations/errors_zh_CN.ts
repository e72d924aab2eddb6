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
            <source>{file} is open to look only; close the other window to change it.</source>
            <translation>{file} 目前只能查看；请关闭另一个窗口后再修改。</translation>
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
</TS>
