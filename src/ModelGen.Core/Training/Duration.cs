using System.Globalization;

namespace ModelGen.Training;

/// <summary>A length of training: a number of optimizer steps, passes over the training data, or tokens, images or samples seen.</summary>
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
        Images,
        Samples,
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
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "The number of epochs must be zero or more.");
        }

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

    /// <summary>A number of images that the model is trained on.</summary>
    /// <param name="count">Zero or more.</param>
    /// <returns>The duration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Duration Images(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Duration(count, Unit.Images);
    }

    /// <summary>A number of samples of other data that the model is trained on.</summary>
    /// <param name="count">Zero or more.</param>
    /// <returns>The duration.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static Duration Samples(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new Duration(count, Unit.Samples);
    }

    /// <summary>The duration as written in a spec, for example <c>100 steps</c>.</summary>
    /// <returns>The amount and its unit.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_amount} {UnitName}");

    internal long ToSteps(double stepsPerEpoch, string unit, double unitsPerStep)
    {
        switch (_unit)
        {
            case Unit.Steps:
                return (long)_amount;
            case Unit.Epochs:
                return (long)Math.Ceiling(_amount * stepsPerEpoch);
            default:
                // Images may also be read as tensors, which are counted in samples, and so are texts.
                if (
                    unit != UnitName
                    && !(_unit is Unit.Images or Unit.Samples && unit is "images" or "samples")
                    && !(_unit is Unit.Samples && unit is "texts")
                )
                {
                    throw new ArgumentException(
                        $"Training on {unit} cannot last {this}; give its length in steps, epochs or {unit}.",
                        nameof(unit)
                    );
                }

                return (long)Math.Ceiling(_amount / unitsPerStep);
        }
    }

    private string UnitName =>
        _unit switch
        {
            Unit.Epochs => "epochs",
            Unit.Tokens => "tokens",
            Unit.Images => "images",
            Unit.Samples => "samples",
            _ => "steps",
        };
}
