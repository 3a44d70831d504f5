using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class IdxSource()
    : ImageSource(
        "idx",
        "grey images with labels in the format of MNIST and its kin; its test files, where there are such, validate",
        Folder
    )
{
    private static readonly TextParameter Folder = new(
        "folder",
        "the folder that holds `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, and those of `t10k` for tests, each as it "
            + "is or with `.gz`"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "idx: { folder: mnist, flip: true, crop: 2 }";

    public override string Record => "IdxSource";

    public override string? Misfit(Shape sample) => sample.Axes[0].Equals(1) ? null : "its images have one channel";
}
