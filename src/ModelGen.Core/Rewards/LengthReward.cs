namespace ModelGen.Rewards;

/// <summary>
/// 0 for an answer whose length is within bounds; for others, minus the number of characters by which it is too short or too long.
/// </summary>
public sealed record LengthReward : IReward
{
    /// <summary>The fewest characters without a penalty, at least 0.</summary>
    public int Least
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The most characters without a penalty; null for any number.</summary>
    public int? Most { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return
        [
            .. answers.Select(answer =>
            {
                var length = answer.Answer.EnumerateRunes().Count();
                return (double)-Math.Max(0, Math.Max(Least - length, length - (Most ?? length)));
            }),
        ];
    }
}
