<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
    <context>
        <name>BreedMode</name>
        <message numerus="yes">
            <source>%n child(ren)</source>
            <translation>
                <numerusform>%n child</numerusform>
                <numerusform>%n children</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Children of %n picture(s). Mark the ones you like.</source>
            <translation>
                <numerusform>Children of %n picture. Mark the ones you like.</numerusform>
                <numerusform>Children of %n pictures. Mark the ones you like.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Breeding %n picture(s)</source>
            <translation>
                <numerusform>Breeding %n picture</numerusform>
                <numerusform>Breeding %n pictures</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ChildrenFoot</name>
        <message numerus="yes">
            <source>%n favourite(s): the parents of the next generation.</source>
            <translation>
                <numerusform>%n favourite: the parent of the next generation.</numerusform>
                <numerusform>%n favourites: the parents of the next generation.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ContactDialog</name>
        <message numerus="yes">
            <source>%n more picture(s) follow.</source>
            <translation>
                <numerusform>%n more picture follows.</numerusform>
                <numerusform>%n more pictures follow.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DifferenceView</name>
        <message numerus="yes">
            <source>%n picture(s) of it were deleted for ever and cannot come back.</source>
            <translation>
                <numerusform>%n picture of it was deleted for ever and cannot come back.</numerusform>
                <numerusform>%n pictures of it were deleted for ever and cannot come back.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) kept since then</source>
            <translation>
                <numerusform>%n picture kept since then</numerusform>
                <numerusform>%n pictures kept since then</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) removed since then</source>
            <translation>
                <numerusform>%n picture removed since then</numerusform>
                <numerusform>%n pictures removed since then</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) rated or named otherwise</source>
            <translation>
                <numerusform>%n picture rated or named otherwise</numerusform>
                <numerusform>%n pictures rated or named otherwise</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) came into the family tree or left it.</source>
            <translation>
                <numerusform>%n picture came into the family tree or left it.</numerusform>
                <numerusform>%n pictures came into the family tree or left it.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other thing(s) have changed.</source>
            <translation>
                <numerusform>%n other thing has changed.</numerusform>
                <numerusform>%n other things have changed.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>EnlargeDialog</name>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n picture</numerusform>
                <numerusform>%n pictures</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>EnlargeRun</name>
        <message numerus="yes">
            <source>Enlarging %n picture(s)</source>
            <translation>
                <numerusform>Enlarging %n picture</numerusform>
                <numerusform>Enlarging %n pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) enlarged, opened again and checked.</source>
            <translation>
                <numerusform>%n picture enlarged, opened again and checked.</numerusform>
                <numerusform>%n pictures enlarged, opened again and checked.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) could not be enlarged:</source>
            <translation>
                <numerusform>%n picture could not be enlarged:</numerusform>
                <numerusform>%n pictures could not be enlarged:</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FamilyTree</name>
        <message numerus="yes">
            <source>%n child(ren)</source>
            <translation>
                <numerusform>%n child</numerusform>
                <numerusform>%n children</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Gallery</name>
        <message numerus="yes">
            <source>%n picture(s) deleted for ever.</source>
            <translation>
                <numerusform>%n picture deleted for ever.</numerusform>
                <numerusform>%n pictures deleted for ever.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) put into the bin.</source>
            <translation>
                <numerusform>%n picture put into the bin.</numerusform>
                <numerusform>%n pictures put into the bin.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) are back.</source>
            <translation>
                <numerusform>%n picture is back.</numerusform>
                <numerusform>%n pictures are back.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>stars of %n picture(s)</source>
            <translation>
                <numerusform>stars of %n picture</numerusform>
                <numerusform>stars of %n pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>remove %n picture(s)</source>
            <translation>
                <numerusform>remove %n picture</numerusform>
                <numerusform>remove %n pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n star</numerusform>
                <numerusform>%n stars</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GalleryCommands</name>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n star</numerusform>
                <numerusform>%n stars</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GalleryDetails</name>
        <message numerus="yes">
            <source>%n picture(s) in the bin</source>
            <translation>
                <numerusform>%n picture in the bin</numerusform>
                <numerusform>%n pictures in the bin</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n kept picture(s)</source>
            <translation>
                <numerusform>%n kept picture</numerusform>
                <numerusform>%n kept pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) chosen</source>
            <translation>
                <numerusform>%n picture chosen</numerusform>
                <numerusform>%n pictures chosen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Go to the %n it was made from</source>
            <translation>
                <numerusform>Go to the %n it was made from</numerusform>
                <numerusform>Go to the %n it was made from</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Show the %n made from it</source>
            <translation>
                <numerusform>Show the %n made from it</numerusform>
                <numerusform>Show the %n made from it</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GalleryGrid</name>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n picture</numerusform>
                <numerusform>%n pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n chosen in all</source>
            <translation>
                <numerusform>%n chosen in all</numerusform>
                <numerusform>%n chosen in all</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GalleryRoom</name>
        <message numerus="yes">
            <source>%n picture(s) lie in the bin; open it above to take them out again.</source>
            <translation>
                <numerusform>%n picture lies in the bin; open it above to take it out again.</numerusform>
                <numerusform>%n pictures lie in the bin; open it above to take them out again.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Sorting kept pictures: %n to come</source>
            <translation>
                <numerusform>Sorting kept pictures: %n to come</numerusform>
                <numerusform>Sorting kept pictures: %n to come</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) in the bin</source>
            <translation>
                <numerusform>%n picture in the bin</numerusform>
                <numerusform>%n pictures in the bin</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Looking at colours: %n to come</source>
            <translation>
                <numerusform>Looking at colours: %n to come</numerusform>
                <numerusform>Looking at colours: %n to come</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) kept</source>
            <translation>
                <numerusform>%n picture kept</numerusform>
                <numerusform>%n pictures kept</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>%n chosen</numerusform>
                <numerusform>%n chosen</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>GalleryTitleBar</name>
        <message numerus="yes">
            <source>Bin, %n picture(s) in it</source>
            <translation>
                <numerusform>Bin, %n picture in it</numerusform>
                <numerusform>Bin, %n pictures in it</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Filter, %n set</source>
            <translation>
                <numerusform>Filter, %n set</numerusform>
                <numerusform>Filter, %n set</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>KeptDoors</name>
        <message numerus="yes">
            <source>%n picture(s) copied, with their recipes.</source>
            <translation>
                <numerusform>%n picture copied, with their recipes.</numerusform>
                <numerusform>%n pictures copied, with their recipes.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>KeptExportDialog</name>
        <message numerus="yes">
            <source>Export %n picture(s)</source>
            <translation>
                <numerusform>Export %n picture</numerusform>
                <numerusform>Export %n pictures</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>KeptExporter</name>
        <message numerus="yes">
            <source>Exporting %n picture(s)</source>
            <translation>
                <numerusform>Exporting %n picture</numerusform>
                <numerusform>Exporting %n pictures</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) exported, opened again and checked</source>
            <translation>
                <numerusform>%n picture exported, opened again and checked</numerusform>
                <numerusform>%n pictures exported, opened again and checked</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) could not be written.</source>
            <translation>
                <numerusform>%n picture could not be written.</numerusform>
                <numerusform>%n pictures could not be written.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LastWordDialog</name>
        <message numerus="yes">
            <source>Delete %n picture(s) for ever?</source>
            <translation>
                <numerusform>Delete %n picture for ever?</numerusform>
                <numerusform>Delete %n pictures for ever?</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PictureCard</name>
        <message numerus="yes">
            <source>%n parent(s) elsewhere</source>
            <translation>
                <numerusform>%n parent elsewhere</numerusform>
                <numerusform>%n parents elsewhere</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>StarsRow</name>
        <message numerus="yes">
            <source>%n star(s)</source>
            <translation>
                <numerusform>%n star</numerusform>
                <numerusform>%n stars</numerusform>
            </translation>
        </message>
    </context>
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
    <context>
        <name>TraitSeeker</name>
        <message numerus="yes">
            <source>%n gene(s) found. Name those you like (F2).</source>
            <translation>
                <numerusform>%n gene found. Name it if you like it (F2).</numerusform>
                <numerusform>%n genes found. Name those you like (F2).</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TreePage</name>
        <message numerus="yes">
            <source>%n picture(s) in the tree</source>
            <translation>
                <numerusform>%n picture in the tree</numerusform>
                <numerusform>%n pictures in the tree</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n found</numerusform>
                <numerusform>%n found</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Versions</name>
        <message numerus="yes">
            <source>%n picture(s)</source>
            <translation>
                <numerusform>%n picture</numerusform>
                <numerusform>%n pictures</numerusform>
            </translation>
        </message>
    </context>
</TS>
