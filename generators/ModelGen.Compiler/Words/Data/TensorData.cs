using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Words.Data;

internal sealed class TensorData()
    : DataKind(
        "tensor",
        "numbers in a fixed shape, such as features [16], audio [channels, length] or volumes [channels, depth, height, width]",
        Lengths,
        Range
    )
{
    private static readonly SizesParameter Lengths = new("shape", "the shape of one sample, without the batch")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly PairParameter Range = new("range", "the minimum and maximum that the data's values may have")
    {
        Absent = "any",
    };

    public override string Example => "tensor: { shape: [4, 9], range: [-1, 1] }";

    public override string Unit => "samples";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.TryGet(Range, out var range) && !(range.First < range.Second)
            ?
            [
                Problem.Conflict(
                    "",
                    $"'range' is the minimum and then the maximum, but {NumberText.Of(range.First)} is not less than "
                        + $"{NumberText.Of(range.Second)}"
                ),
            ]
            : [];

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(new EquatableArray<Dim>(arguments.Get(Lengths).Select(static length => (Dim)length))), ElementType.Number, 0, 0)
        {
            Range = arguments.TryGet(Range, out var range) ? range : null,
        };
}
