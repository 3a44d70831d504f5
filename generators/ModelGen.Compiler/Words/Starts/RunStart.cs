using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Starts;

internal sealed class RunStart() : StartPoint("run", "the newest checkpoint of another run of the model, with its tokenizer", Folder)
{
    private static readonly TextParameter Folder = new("folder", "the folder of the run, relative to the one that the program runs in")
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Record => "RunStart";

    public override string Example => "run: { folder: runs/example }";
}
