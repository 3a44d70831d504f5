using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Rewards;

internal sealed class LengthReward()
    : Reward("length", "minus the number of characters by which an answer is too short or too long", Least, Most),
        IOptionsRecord
{
    private static readonly IntegerParameter Least = new("least", "the fewest characters that are not too few")
    {
        Minimum = 0,
        Default = 0,
    };

    private static readonly IntegerParameter Most = new("most", "the most characters that are not too many") { Absent = "any number" };

    public override string Example => "length: { least: 3, most: 10 }";

    public string Record => "LengthReward";

    public override IEnumerable<Problem> Problems(Arguments arguments)
    {
        if (arguments.Value(Least) is not long least)
        {
            yield break;
        }

        if (arguments.Value(Most) is not long most)
        {
            if (least == 0)
            {
                yield return Problem.NoEffect("", Word, "without 'least' and 'most' it is 0 for all answers");
            }
        }
        else if (most < least)
        {
            yield return Problem.Conflict(Most.Name, $"'{Word}.{Most.Name}' is {most}, below the {least} of '{Least.Name}'");
        }
    }
}
