using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class TextSource() : DataSource("text", "text to read, in UTF-8", Path)
{
    private static readonly TextParameter Path = new("path", "the file, or the folder whose files are all read in the order of their names")
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "text: { path: corpus }";

    public override string Data => "tokens";

    public override string Record => "TextSource";
}
