using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Starts;

internal sealed class FileStart() : StartPoint("file", "a file of weights in the layout that the model's spec names under `weights`", Path)
{
    private static readonly TextParameter Path = new(
        "path",
        "a safetensors file, or the index of several, relative to the folder that the program runs in"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Record => "FileStart";

    public override bool NeedsLayout => true;

    public override string Example => "file: { path: example.safetensors, new: [linear] }";
}
