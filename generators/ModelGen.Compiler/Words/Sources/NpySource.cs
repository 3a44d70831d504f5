using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class NpySource() : TensorSource("npy", "arrays written by `numpy.save`", Folder)
{
    private static readonly TextParameter Folder = new(
        "folder",
        "the folder with `samples.npy` [samples, …], optionally `labels.npy` [samples] with the class number of each and `targets.npy` "
            + "[samples, …] with the outputs that a network should give, and for tests the same with `test-` before the name"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "npy: { folder: arrays }";

    public override string Record => "NpySource";
}
