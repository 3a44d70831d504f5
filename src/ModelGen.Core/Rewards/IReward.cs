namespace ModelGen.Rewards;

/// <summary>Says how good answers are. A policy is trained to give answers for which it is high.</summary>
/// <remarks>
/// What a reward scores is a function of the answers alone, or a run could not be resumed exactly. A run is resumed only with the same
/// reward, by its members if it is a record, and by its text (<see cref="object.ToString"/>) otherwise.
/// </remarks>
/// <example>
/// <code>
/// sealed record EndsInVowel : IReward
/// {
///     public IReadOnlyList&lt;double&gt; Score(IReadOnlyList&lt;WrittenAnswer&gt; answers) =>
///         [.. answers.Select(static answer => answer.Answer.Length > 0 &amp;&amp; "aeiou".Contains(answer.Answer[^1]) ? 1.0 : 0)];
/// }
/// </code>
/// </example>
public interface IReward
{
    /// <summary>Scores finished answers.</summary>
    /// <param name="answers">The answers; all of a step at once, which networks read faster than one after another.</param>
    /// <returns>A finite number for each, in the same order; higher is better.</returns>
    IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers);
}
