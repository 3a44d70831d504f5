namespace ModelGen.Data;

/// <summary>How training images are varied each time they are used; validation images never are.</summary>
public sealed record ImageAugmentation
{
    /// <summary>Whether each image is mirrored left to right with probability one half.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>
    /// Pixels of black padding on each side before a random crop back to the image's size (He, Zhang, Ren and Sun
    /// 2015, "Deep residual learning for image recognition", section 4.2); 0 for no cropping.
    /// </summary>
    public int CropPadding
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
}
