using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Starts;

internal sealed class RunStart()
    : StartPoint(
        "run",
        "the newest checkpoint of another run, with its tokenizer: of the same model, or with `new` of any whose other weights have "
            + "the same names and shapes",
        Folder
    )
{
    private static readonly TextParameter Folder = new("folder", "the folder of the run, relative to the one that the program runs in")
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Record => "RunStart";

    public override string Example => "run: { folder: runs/example, new: [linear2] }";
}
