using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelGen.Rewards;

/// <summary>1 for an answer that a regular expression matches somewhere, 0 for others.</summary>
/// <example><c>new PatternReward { Pattern = "[aeiou]$" }</c> is 1 for answers that end in a vowel.</example>
public sealed record PatternReward : IReward
{
    /// <summary>The regular expression, in .NET's syntax, without regard to the culture.</summary>
    /// <exception cref="ModelGenException">It is not one.</exception>
    public required string Pattern
    {
        get;
        init
        {
            try
            {
                _ = new Regex(value, RegexOptions.CultureInvariant);
            }
            catch (ArgumentException exception)
            {
                throw new ModelGenException($"The pattern of a reward is no regular expression: {exception.Message}", exception);
            }

            field = value;
        }
    }

    /// <summary>The longest time that one answer may take, above 0.</summary>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    /// <exception cref="ModelGenException">An answer takes longer than <see cref="Timeout"/>.</exception>
    public IReadOnlyList<double> Score(IReadOnlyList<WrittenAnswer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var expression = new Regex(Pattern, RegexOptions.CultureInvariant, Timeout);
        var scores = new double[answers.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = IsMatch(expression, answers[i].Answer) ? 1 : 0;
        }

        return scores;
    }

    private bool IsMatch(Regex expression, string answer)
    {
        try
        {
            return expression.IsMatch(answer);
        }
        catch (RegexMatchTimeoutException exception)
        {
            var seconds = Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            throw new ModelGenException(
                $"The pattern '{Pattern}' of a reward takes more than {seconds} s for an answer of {answer.Length} characters; write it "
                    + "without repetitions inside of repetitions.",
                exception
            );
        }
    }
}
