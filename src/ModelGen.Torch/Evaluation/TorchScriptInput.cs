namespace ModelGen.Evaluation;

/// <summary>
/// The images that a TorchScript module expects. ModelGen's own are [N, C, H, W] in [0, 1]; this describes how they are converted.
/// </summary>
/// <remarks>
/// The steps, in this order: a greyscale image is repeated to <see cref="Channels"/>; it is resized to <see cref="Size"/>; its values are
/// mapped from [0, 1] to <see cref="Range"/>; <see cref="Mean"/> is subtracted and the result divided by <see cref="StandardDeviation"/>.
/// </remarks>
/// <example>
/// The Inception v3 that StyleGAN's authors publish as <c>inception-2015-12-05.pt</c> resizes internally and returns features on request:
/// <code>new TorchScriptInput { Channels = 3, Range = (0, 255), Arguments = [true] }</code>
/// A network trained on ImageNet with torchvision's recipe:
/// <code>
/// new TorchScriptInput { Channels = 3, Size = (224, 224), Mean = [0.485, 0.456, 0.406], StandardDeviation = [0.229, 0.224, 0.225] }
/// </code>
/// </example>
public sealed record TorchScriptInput
{
    /// <summary>
    /// The number of channels it expects. Greyscale images are repeated; others must have that many. Null accepts any number.
    /// </summary>
    public int? Channels { get; init; }

    /// <summary>
    /// The height and width it expects; images of another size are resized bilinearly, with antialiasing. Null accepts any size.
    /// </summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>The values to which 0 and 1 are mapped.</summary>
    public (double Low, double High) Range { get; init; } = (0, 1);

    /// <summary>The mean, subtracted next: one value, or one per channel. Empty for none.</summary>
    public IReadOnlyList<double> Mean { get; init; } = [];

    /// <summary>The standard deviation, divided by last: one value, or one per channel, each above 0. Empty for none.</summary>
    public IReadOnlyList<double> StandardDeviation { get; init; } = [];

    /// <summary>
    /// The arguments of <c>forward</c> after the images: <see cref="bool"/>, <see cref="int"/>, <see cref="long"/> or <see cref="double"/>
    /// values.
    /// </summary>
    public IReadOnlyList<object> Arguments { get; init; } = [];

    internal void Check()
    {
        if (Channels is <= 0)
        {
            throw new ArgumentException($"An image has at least one channel, not {Channels}.", nameof(Channels));
        }

        if (Size is { Height: <= 0 } or { Width: <= 0 })
        {
            throw new ArgumentException($"An image is at least one pixel high and wide, not {Size}.", nameof(Size));
        }

        if (!(double.IsFinite(Range.Low) && double.IsFinite(Range.High) && Range.Low < Range.High))
        {
            throw new ArgumentException($"A range must go from a lower to a higher finite number; it is {Range}.", nameof(Range));
        }

        if (!Mean.All(double.IsFinite))
        {
            throw new ArgumentException("A mean must be finite.", nameof(Mean));
        }

        if (!StandardDeviation.All(static deviation => double.IsFinite(deviation) && deviation > 0))
        {
            throw new ArgumentException("A standard deviation must be finite and above 0.", nameof(StandardDeviation));
        }

        if (Arguments.FirstOrDefault(static argument => argument is not (bool or int or long or double)) is { } wrong)
        {
            throw new ArgumentException(
                $"The additional arguments of a TorchScript module must be Booleans or numbers, not {wrong.GetType().Name}.",
                nameof(Arguments)
            );
        }
    }
}
