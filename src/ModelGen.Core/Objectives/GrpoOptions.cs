namespace ModelGen.Objectives;

/// <summary>Group relative policy optimisation: see <c>GrpoObjective</c>.</summary>
public sealed record GrpoOptions : ClippedPolicyOptions
{
    /// <summary>
    /// Whether a token counts the same in an answer of any length, and advantages are not divided by the deviation of their group (Liu et
    /// al. 2025, "Dr. GRPO").
    /// </summary>
    public bool Corrected { get; init; }

    private protected override int FewestAnswers => 2;
}
