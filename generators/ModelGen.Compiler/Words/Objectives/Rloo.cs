using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Words.Objectives;

internal sealed class Rloo()
    : PolicyObjective(
        "rloo",
        "REINFORCE with a leave-one-out baseline: an answer is as good as its reward, less kl-weight times log(p / p at the beginning), is "
            + "above the mean of the other answers to its prompt: Ahmadian et al. 2024",
        AnswersOf
    )
{
    private static readonly IntegerParameter AnswersOf = AnswersToAPrompt(fewest: 2, usual: 8);

    public override string Example =>
        "rloo: { reward: { pattern: '[aeiou]$' }, answers: 4, max-tokens: 8, temperature: 0.9, kl-weight: 0.1, max-kl: 5, "
        + "check-reward: { length: { most: 10 } } }";

    public override string Record => "RlooOptions";

    protected override IntegerParameter Answers => AnswersOf;
}
