using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Data;

internal sealed class TensorData() : DataKind("tensor", "numbers in a fixed shape, such as features [16], sound [channels, length] or volumes [channels, depth, height, width]", Lengths)
{
    private static readonly SizesParameter Lengths = new("shape", "the shape of one sample, without the batch") { IsMain = true, IsRequired = true };

    public override string Example => "tensor: { shape: [4, 9] }";

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(new EquatableArray<Dim>(arguments.Get(Lengths).Select(length => (Dim)length))), ElementType.Number, 0, 0);
}
