<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>StatusLine</name>
        <message numerus="yes">
            <source>CPU, %n thread(s)</source>
            <translation>
                <numerusform>CPU, %n thread</numerusform>
                <numerusform>CPU, %n threads</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Studio</name>
        <message numerus="yes">
            <source>%n kept picture(s) are safe.</source>
            <translation>
                <numerusform>%n kept picture is safe.</numerusform>
                <numerusform>%n kept pictures are safe.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them came back from their files.</source>
            <translation>
                <numerusform>%n of them came back from its file.</numerusform>
                <numerusform>%n of them came back from their files.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n entries could not be saved.</source>
            <translation>
                <numerusform>%n entry could not be saved.</numerusform>
                <numerusform>%n entries could not be saved.</numerusform>
            </translation>
        </message>
    </context>
</TS>
