using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>
/// A length of training with its unit: <c>2000 steps</c>, <c>3 epochs</c>, <c>50k tokens</c>, <c>20k images</c>, <c>20k samples</c>.
/// </summary>
internal sealed record Duration(double Amount, string Unit)
{
    /// <summary>
    /// The first length among the arguments, including those of words and groups, in a unit that the data does not have; null if all fit.
    /// </summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="unit">The unit of the data, such as <c>tokens</c>.</param>
    public static Duration? Misfit(Arguments arguments, string unit) =>
        arguments
            .Values.Select(value =>
                value switch
                {
                    Duration duration => duration.Fits(unit) ? null : duration,
                    EquatableArray<TextDuration> durations => durations
                        .Select(static each => each.Duration)
                        .FirstOrDefault(duration => !duration.Fits(unit)),
                    Arguments group => Misfit(group, unit),
                    IConfigured word => Misfit(word.Arguments, unit),
                    _ => null,
                }
            )
            .FirstOrDefault(static duration => duration is not null);

    // Every kind of data is counted in steps and epochs.
    private bool Fits(string unit) => Unit is "steps" or "epochs" || Unit == unit;

    /// <summary>Whether it is at least as long as another; false where their units cannot be compared.</summary>
    public bool Covers(Duration other) => Unit == other.Unit && Amount >= other.Amount;

    public override string ToString() => $"{NumberText.Of(Amount)} {Unit}";
}
