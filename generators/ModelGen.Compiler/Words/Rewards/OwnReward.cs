using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class OwnReward()
    : Reward("own", "a reward of your own: a record that implements `ModelGen.Rewards.IReward`", Type, Numbers),
        INamesRecord
{
    private static readonly TypeParameter Type = new("type", "the record, with its namespace", "ModelGen.Rewards.IReward")
    {
        IsMain = true,
        IsRequired = true,
    };

    private static readonly NumbersParameter Numbers = NumbersParameter.OfConstructor();

    public override string Example => "own: { type: ModelGen.Rewards.LengthReward, arguments: [] }";

    public OwnRecord? Own(Arguments arguments) => new(arguments.Get(Type), arguments.Get(Numbers));
}
