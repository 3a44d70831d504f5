using System.Globalization;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words.Data;

internal sealed class Image() : DataKind("image", "images with values from 0 to 1", Size)
{
    private static readonly SizesParameter Size = new("size", "channels, height and width") { IsMain = true, IsRequired = true };

    public override string Example => "image: { size: [3, 8, 8] }";

    public override string Unit => "images";

    public override IEnumerable<Problem> Problems(Arguments arguments) =>
        arguments.Get(Size).Count == 3
            ? []
            :
            [
                Problem.WrongType(
                    Size.Name,
                    $"{Word}.{Size.Name}",
                    "three lengths, [channels, height, width]",
                    arguments.Get(Size).Count.ToString(CultureInfo.InvariantCulture)
                ),
            ];

    public override DataShape Shape(Arguments arguments) =>
        new(new Shape(new EquatableArray<Dim>(arguments.Get(Size).Select(static length => (Dim)length))), ElementType.Number, 0, 0)
        {
            Range = (0, 1),
        };
}
