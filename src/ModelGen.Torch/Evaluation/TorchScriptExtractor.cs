using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// Features from a network saved as TorchScript, for example Inception v3: with the same file and preprocessing that others used, the
/// figures are comparable with theirs.
/// </summary>
/// <remarks>
/// The file is checked before it is loaded, but its code is compiled by libtorch, which terminates the process on code that it cannot
/// compile. A file written by PyTorch 2.10 or earlier contains no such code unless it uses operators from extensions, which is checked.
/// </remarks>
public sealed class TorchScriptExtractor : FeatureExtractor
{
    private readonly jit.ScriptModule _module;
    private readonly Tensor? _mean;
    private readonly Tensor? _standardDeviation;

    // Numbers are stored as scalars that live as long as the extractor.
    private readonly object[] _arguments;

    /// <summary>Loads a file.</summary>
    /// <param name="path">The file, written by <c>torch.jit.script(module).save(path)</c> or <c>torch.jit.trace</c>.</param>
    /// <param name="input">The images it expects; by default ModelGen's own, [N, C, H, W] in [0, 1].</param>
    /// <param name="device">The device for inference; the CPU by default.</param>
    /// <exception cref="ArgumentException">A value in <paramref name="input"/> is out of range.</exception>
    /// <exception cref="ModelGenException">The file is missing, unreadable, damaged, or not TorchScript; or libtorch cannot be
    /// loaded.</exception>
    public TorchScriptExtractor(string path, TorchScriptInput? input = null, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Input = input ?? new TorchScriptInput();
        Input.Check();
        ConvolutionKernels.Choose(ConvolutionKind.OfImages);
        var content = Read(path);
        TorchScriptArchive.Check(path, content);
        Path = path;
        Device = device ?? CPU;
        Hash = Convert.ToHexStringLower(SHA256.HashData(content));
        using var scope = NewDisposeScope();
        try
        {
            // Loads the bytes that were checked and hashed instead of reading the file again.
            _module = jit.load(content, Device);
        }
        catch (ExternalException exception)
        {
            throw new ModelGenException(
                $"libtorch cannot load '{path}': {Reason(exception)}; save it again with PyTorch {Libtorch.Version} or earlier.",
                exception
            );
        }

        _module.eval();
        _mean = PerChannel(Input.Mean, Device);
        _standardDeviation = PerChannel(Input.StandardDeviation, Device);
        _arguments =
        [
            .. Input.Arguments.Select(static argument =>
                argument switch
                {
                    long number => Numbers.Of(number),
                    double number => Numbers.Of(number),
                    _ => argument,
                }
            ),
        ];
    }

    /// <inheritdoc/>
    /// <remarks><c>torchscript:</c> and the file name without its extension.</remarks>
    public override string Name => $"torchscript:{System.IO.Path.GetFileNameWithoutExtension(Path)}";

    /// <inheritdoc/>
    /// <remarks>Covers the file.</remarks>
    public override string Hash { get; }

    /// <inheritdoc/>
    public override Device Device { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The images it expects.</summary>
    public TorchScriptInput Input { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _module.Dispose();
        _mean?.Dispose();
        _standardDeviation?.Dispose();
        foreach (var number in _arguments.OfType<Scalar>())
        {
            number.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override Tensor Extract(Tensor images)
    {
        var prepared = Prepare(images);
        object result;
        try
        {
#pragma warning disable RS0030 // It would convert numbers to scalars, but these already are scalars.
            result = _module.call([prepared, .. _arguments]);
#pragma warning restore RS0030
            GC.KeepAlive(this);
        }
        catch (ExternalException exception)
        {
            throw new ModelGenException(
                $"The TorchScript file '{Path}' fails on images [{string.Join(", ", prepared.shape)}]: {Reason(exception)}; "
                    + $"check what it expects, and set its {nameof(TorchScriptInput)} accordingly.",
                exception
            );
        }

        if (result is not Tensor features)
        {
            throw new ModelGenException(
                $"The TorchScript file '{Path}' returns a {result?.GetType().Name ?? "None"} where one tensor of features [N, d] is "
                    + "needed; wrap it in a module that returns only that."
            );
        }

        if (features.dim() < 2 || features.size(0) != images.size(0) || !features.is_floating_point())
        {
            throw new ModelGenException(
                $"The TorchScript file '{Path}' returns {features.dtype} [{string.Join(", ", features.shape)}] for "
                    + $"{images.size(0)} image(s), where features [N, d] are needed."
            );
        }

        return features.flatten(1);
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelGenException($"The TorchScript file '{path}' does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelGenException(
                Directory.Exists(path)
                    ? $"Cannot read the TorchScript file '{path}', which is a folder; name the file in it."
                    : $"Cannot read the TorchScript file '{path}': {exception.Message.TrimEnd('.')}; name a file that can be read.",
                exception
            );
        }
    }

    /// <summary>The meaningful part of libtorch's message: the last line before its stack trace.</summary>
    private static string Reason(ExternalException exception)
    {
        var lines = exception
            .Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(static line => !line.StartsWith("Exception raised from", StringComparison.Ordinal));
        return (lines.LastOrDefault() ?? "it gives no reason").TrimEnd('.');
    }

    private static Tensor? PerChannel(IReadOnlyList<double> values, Device device) =>
        values.Count == 0
            ? null
            : tensor(values.Select(static value => (float)value).ToArray(), device: device).reshape(1, -1, 1, 1).DetachFromDisposeScope();

    private Tensor Prepare(Tensor images)
    {
        var prepared = images.to(ScalarType.Float32);
        if (Input.Channels is { } channels && images.size(1) != channels)
        {
            if (images.size(1) != 1)
            {
                throw new ModelGenException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The TorchScript file '{Path}' expects images of {channels} channel(s), but these have {images.size(1)}; "
                            + $"only greyscale images can be repeated."
                    )
                );
            }

            prepared = prepared.expand(-1, channels, -1, -1);
        }

        if (Input.Size is { } size && (images.size(2) != size.Height || images.size(3) != size.Width))
        {
            prepared = nn.functional.interpolate(
                prepared,
                size: [size.Height, size.Width],
                mode: InterpolationMode.Bilinear,
                align_corners: false,
                antialias: true
            );
        }

        if (Input.Range != (0, 1))
        {
            prepared = prepared.Times(Input.Range.High - Input.Range.Low).Plus(Input.Range.Low);
        }

        CheckPerChannel(_mean, nameof(TorchScriptInput.Mean), prepared);
        CheckPerChannel(_standardDeviation, nameof(TorchScriptInput.StandardDeviation), prepared);
        if (_mean is not null)
        {
            prepared = prepared - _mean;
        }

        if (_standardDeviation is not null)
        {
            prepared = prepared / _standardDeviation;
        }

        return prepared.contiguous();
    }

    private void CheckPerChannel(Tensor? values, string name, Tensor prepared)
    {
        if (values is not null && values.size(1) != 1 && values.size(1) != prepared.size(1))
        {
            throw new ModelGenException(
                $"{name} of the TorchScript file '{Path}' has {values.size(1)} values for images of "
                    + $"{prepared.size(1)} channel(s); give one, or one per channel."
            );
        }
    }
}
