namespace ModelGen.Objectives;

/// <summary>REINFORCE with a leave-one-out baseline: see <c>RlooObjective</c>.</summary>
public sealed record RlooOptions : PolicyOptions
{
    private protected override int FewestAnswers => 2;
}
