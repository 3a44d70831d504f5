using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class NpySource() : TensorSource("npy", "arrays that `numpy.save` wrote", Folder)
{
    private static readonly TextParameter Folder = new(
        "folder",
        "the folder that holds `samples.npy` [samples, …], where there are such `labels.npy` [samples] with the number of each "
            + "one's class and `targets.npy` [samples, …] with what a network is to give, and for tests the same with `test-` "
            + "before the name"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "npy: { folder: arrays }";

    public override string Record => "NpySource";
}
