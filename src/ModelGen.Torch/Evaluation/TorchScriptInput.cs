namespace ModelGen.Evaluation;

/// <summary>
/// What a TorchScript module expects of its images. ModelGen's own are [N, C, H, W] in [0, 1]; this says how they are made over.
/// </summary>
/// <remarks>
/// The steps, in this order: a grey image is repeated to <see cref="Channels"/>; it is resized to <see cref="Size"/>; its values are
/// mapped from [0, 1] to <see cref="Range"/>; <see cref="Mean"/> is subtracted and the rest divided by <see cref="StandardDeviation"/>.
/// </remarks>
/// <example>
/// The Inception v3 that StyleGAN's authors publish as <c>inception-2015-12-05.pt</c> resizes by itself and gives features when asked to:
/// <code>new TorchScriptInput { Channels = 3, Range = (0, 255), Arguments = [true] }</code>
/// A network trained on ImageNet by torchvision's recipe:
/// <code>
/// new TorchScriptInput { Channels = 3, Size = (224, 224), Mean = [0.485, 0.456, 0.406], StandardDeviation = [0.229, 0.224, 0.225] }
/// </code>
/// </example>
public sealed record TorchScriptInput
{
    /// <summary>The channels it reads. Grey images are repeated; others must have as many. Null passes any number on.</summary>
    public int? Channels { get; init; }

    /// <summary>
    /// Height and width it reads; images of another size are resized bilinearly, with the antialiasing that shrinking needs. Null passes
    /// any size on.
    /// </summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>The values that 0 and 1 become.</summary>
    public (double Low, double High) Range { get; init; } = (0, 1);

    /// <summary>What is subtracted after that: one number, or one a channel. Empty subtracts nothing.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>What the rest is divided by: one number, or one a channel, each above 0. Empty divides by nothing.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } = [];

    /// <summary>
    /// What <c>forward</c> is called with after the images: <see cref="bool"/>, <see cref="int"/>, <see cref="long"/> or
    /// <see cref="double"/> values.
    /// </summary>
    public IReadOnlyList<object> Arguments { get; init; } = [];

    internal void Check()
    {
        if (Channels is <= 0)
        {
            throw new ArgumentException($"An image has one channel or more, not {Channels}.", nameof(Channels));
        }

        if (Size is { Height: <= 0 } or { Width: <= 0 })
        {
            throw new ArgumentException($"An image is one pixel or more high and wide, not {Size}.", nameof(Size));
        }

        if (!(double.IsFinite(Range.Low) && double.IsFinite(Range.High) && Range.Low < Range.High))
        {
            throw new ArgumentException($"A range goes from a lower to a higher number, not {Range}.", nameof(Range));
        }

        if (!Mean.All(double.IsFinite))
        {
            throw new ArgumentException("A mean is a number.", nameof(Mean));
        }

        if (!StandardDeviation.All(static deviation => double.IsFinite(deviation) && deviation > 0))
        {
            throw new ArgumentException("A standard deviation is above 0.", nameof(StandardDeviation));
        }

        if (Arguments.FirstOrDefault(static argument => argument is not (bool or int or long or double)) is { } wrong)
        {
            throw new ArgumentException(
                $"The further arguments of a TorchScript module are truth values and numbers, not {wrong.GetType().Name}.",
                nameof(Arguments)
            );
        }
    }
}
