using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class OwnLoss()
    : SupervisedObjective(
        "loss",
        "a loss of your own: a record that extends `ModelGen.Losses.SupervisedLoss`, whose metrics validation reports too",
        Type,
        Numbers
    )
{
    private static readonly TypeParameter Type = new("type", "the record, with its namespace", "ModelGen.Losses.SupervisedLoss")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumbersParameter Numbers = NumbersParameter.OfConstructor();

    public override string Example => "loss: { type: ModelGen.Losses.CrossEntropyLoss, arguments: [] }";

    public override string? Record => null;

    public override OwnRecord? Own(Arguments arguments) => new(arguments.Get(Type), arguments.Get(Numbers));
}
