using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ModelGen.Layers;
using ModelGen.Models;
using ModelGen.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Evaluation;

/// <summary>
/// A small convolutional classifier: 3×3 convolutions that halve the image until height and width are at most 8 (the first by max pooling,
/// the others by stride), a feature layer, and a logit for each class. The image shape alone determines the number of convolutions.
/// </summary>
internal sealed class ClassifierNetwork : Network
{
    /// <summary>The length d of a feature vector.</summary>
    public const int Dimension = 64;

    private const long LargestMap = 8;
    private const long FirstChannels = 32;
    private const long MostChannels = 128;

    private readonly long[] _inputShape;
    private readonly long[] _outputShape;
    private readonly Conv2d[] _convolutions;
    private readonly Linear _features;
    private readonly Linear _output;

    /// <summary>Creates the network with PyTorch's default initialisation, drawn from torch's global RNG.</summary>
    public ClassifierNetwork(long channels, long height, long width, int classes)
        : base("classifier")
    {
        _inputShape = [channels, height, width];
        _outputShape = [classes];

        // TorchSharp's convolutions leak a tensor when they draw their bias; parameters outlive the scope.
        using var scope = NewDisposeScope();
        var convolutions = new List<Conv2d>();
        var inChannels = channels;
        var outChannels = FirstChannels;
        do
        {
            var convolution = nn.Conv2d(inChannels, outChannels, kernel_size: 3, stride: convolutions.Count == 0 ? 1 : 2, padding: 1);
            convolutions.Add(convolution);
            register_module($"conv{convolutions.Count}", convolution);
            (height, width) = ((height + 1) / 2, (width + 1) / 2);
            (inChannels, outChannels) = (outChannels, Math.Min(2 * outChannels, MostChannels));
        } while (Math.Max(height, width) > LargestMap);

        _convolutions = [.. convolutions];
        _features = nn.Linear(inChannels * height * width, Dimension);
        _output = nn.Linear(Dimension, classes);
        register_module("features", _features);
        register_module("output", _output);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<long> InputShape => _inputShape;

    /// <inheritdoc/>
    public override (double Low, double High)? InputRange => (0, 1);

    /// <inheritdoc/>
    public override ReadOnlySpan<long> OutputShape => _outputShape;

    /// <inheritdoc/>
    public override ScalarType InputType => ScalarType.Float32;

    /// <inheritdoc/>
    public override string Fingerprint =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Create(CultureInfo.InvariantCulture, $"{GetName()} {string.Join('x', _inputShape)} {_outputShape[0]}")
                )
            )
        );

    /// <inheritdoc/>
    public override BatchSplit BatchSplit => BatchSplit.Parallel;

    /// <summary>The activations of the penultimate layer.</summary>
    /// <param name="images">[N, C, H, W] in [0, 1].</param>
    /// <returns>[N, 64], non-negative.</returns>
    public Tensor Features(Tensor images)
    {
        Tensor x;
        using (var doubled = images.Times(2))
        using (var scaled = doubled.Minus(1)) // [N, C, H, W] in [-1, 1]
        using (var map = _convolutions[0].call(scaled)) // [N, 32, H, W]
        using (var pooled = nn.functional.max_pool2d(map, kernel_size: 2, ceil_mode: true)) // [N, 32, H/2, W/2]
        {
            x = nn.functional.relu(pooled);
        }

        foreach (var convolution in _convolutions.AsSpan(1))
        {
            using var input = x;
            using var map = convolution.call(input);
            x = nn.functional.relu(map);
        }

        using (x)
        using (var flat = x.flatten(1))
        using (var features = _features.call(flat))
        {
            return nn.functional.relu(features);
        }
    }

    /// <summary>The class logits.</summary>
    /// <param name="images">[N, C, H, W] in [0, 1].</param>
    /// <returns>[N, classes].</returns>
    public override Tensor forward(Tensor images)
    {
        using var features = Features(images);
        return _output.call(features);
    }
}
