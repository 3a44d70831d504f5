using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class TextFolderSource() : DataSource("text-folder", "texts to classify, each a UTF-8 file of its own", Folder, Test)
{
    private static readonly TextParameter Folder = new("folder", "the folder, each of whose sub-folders is a class")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly TextParameter Test = new("test", "the folder of the validation texts")
    {
        Absent = "some of the training texts are held out",
    };

    public override string Example => "text-folder: { folder: reviews, test: test-reviews }";

    public override string Data => "tokens";

    public override string Record => "TextFolderSource";
}
