using System.Globalization;

namespace ModelGen.Training;

/// <summary>A length of training, as a number of optimizer steps, of passes over the training data, or of tokens seen.</summary>
public readonly record struct Duration
{
    private readonly double _amount;
    private readonly Unit _unit;

    private Duration(double amount, Unit unit)
    {
        _amount = amount;
        _unit = unit;
    }

    private enum Unit
    {
        Steps,
        Epochs,
        Tokens,
    }

    /// <summary>A number of optimizer steps.</summary>
    /// <param name="count">Zero or more.</param>
    /// <returns>The duration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Duration Steps(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Duration(count, Unit.Steps);
    }

    /// <summary>A number of passes over the training data; fractions are allowed.</summary>
    /// <param name="count">Zero or more, finite.</param>
    /// <returns>The duration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or not finite.</exception>
    public static Duration Epochs(double count)
    {
        if (!double.IsFinite(count) || count < 0)
            throw new ArgumentOutOfRangeException(nameof(count), count, "A number of epochs is zero or more.");
        return new Duration(count, Unit.Epochs);
    }

    /// <summary>A number of tokens that the model is trained on.</summary>
    /// <param name="count">Zero or more.</param>
    /// <returns>The duration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Duration Tokens(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Duration(count, Unit.Tokens);
    }

    /// <summary>The duration in optimizer steps, rounded up.</summary>
    /// <param name="tokensPerStep">How many tokens one step trains on.</param>
    /// <param name="stepsPerEpoch">How many steps make one pass over the data.</param>
    /// <returns>The number of steps.</returns>
    public long ToSteps(double tokensPerStep, double stepsPerEpoch) => _unit switch
    {
        Unit.Epochs => (long)Math.Ceiling(_amount * stepsPerEpoch),
        Unit.Tokens => (long)Math.Ceiling(_amount / tokensPerStep),
        _ => (long)_amount,
    };

    /// <summary>The duration as a spec writes it, for example <c>100 steps</c>.</summary>
    /// <returns>The amount and its unit.</returns>
    public override string ToString()
    {
        var unit = _unit switch { Unit.Epochs => "epochs", Unit.Tokens => "tokens", _ => "steps" };
        return string.Create(CultureInfo.InvariantCulture, $"{_amount} {unit}");
    }
}
