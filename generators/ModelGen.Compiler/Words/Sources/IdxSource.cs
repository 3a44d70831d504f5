using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Sources;

internal sealed class IdxSource()
    : ImageSource(
        "idx",
        "greyscale images with labels in the format of MNIST and its relatives; its test files, if any, are used for validation",
        Folder
    )
{
    private static readonly TextParameter Folder = new(
        "folder",
        "the folder with `train-images-idx3-ubyte` and `train-labels-idx1-ubyte`, and the same for `t10k` as test files, each plain or "
            + "with `.gz`"
    )
    {
        IsMain = true,
        IsRequired = true,
    };

    public override string Example => "idx: { folder: mnist, flip: true, crop: 2 }";

    public override string Record => "IdxSource";

    public override string? Misfit(Arguments arguments, DataShape data) =>
        data.Shape.Axes[0].Equals(1) ? null : "its images have one channel";
}
