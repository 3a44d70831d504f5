using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class TextSource() : DataSource("text", "UTF-8 text", Path)
{
    private static readonly TextParameter Path = new("path", "the file, or a folder whose files are all read in order of name")
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "text: { path: corpus }";

    public override string Data => "tokens";

    public override string Record => "TextSource";

    public override string DataSet => "TokenDataset";
}
