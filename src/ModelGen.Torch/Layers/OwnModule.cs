using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Layers;

/// <summary>Calls a module of the user's own in a generated model: the layer <c>module</c>.</summary>
public static class OwnModule
{
    /// <summary>Moves a module to a device.</summary>
    /// <typeparam name="T">Its class.</typeparam>
    /// <param name="module">The module.</param>
    /// <param name="device">The device; where the module is if null.</param>
    /// <returns>The module itself.</returns>
    public static T On<T>(T module, Device? device)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(module);
        if (device is not null)
        {
            _ = module.to(device);
        }

        return module;
    }

    /// <summary>Calls a module and checks what it gives.</summary>
    /// <param name="module">The module.</param>
    /// <param name="input">Its input, [batch, …], which stays the caller's.</param>
    /// <param name="output">The shape of its result that the spec states, without the batch; -1 for any length.</param>
    /// <param name="file">The spec, which the compiler fills in.</param>
    /// <param name="line">The layer's line, which the compiler fills in.</param>
    /// <returns>The result, [batch, …]; the caller disposes it.</returns>
    /// <exception cref="ModelGenException">The result has another shape than the spec states, or holds no floating-point
    /// numbers.</exception>
    public static Tensor call(
        nn.Module<Tensor, Tensor> module,
        Tensor input,
        ReadOnlySpan<long> output,
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0
    )
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(input);
        var result = module.call(input)
            ?? throw new ModelGenException($"{Place(file, line)}: the module {module.GetType().Name} gives nothing (null).");
        if (!result.is_floating_point() || !HasShape(result, input, output))
        {
            var (found, type) = (string.Join(", ", result.shape), result.dtype);
            var stated = string.Join(", ", output.ToArray().Select(Length).Prepend($"{input.size(0)}"));
            if (!ReferenceEquals(result, input))
            {
                result.Dispose();
            }

            throw new ModelGenException(
                $"{Place(file, line)}: the module {module.GetType().Name} gives {type} [{found}] for an input of "
                    + $"[{string.Join(", ", input.shape)}], but its 'output' says [{stated}] of floating-point numbers; correct 'output' "
                    + "or the module."
            );
        }

        // The caller disposes the input and the result, each once.
        return ReferenceEquals(result, input) ? input.alias() : result;
    }

    private static string Place(string file, int line) => $"{Path.GetFileName(file)}({line})";

    private static string Length(long length) => length < 0 ? "…" : $"{length}";

    private static bool HasShape(Tensor result, Tensor input, ReadOnlySpan<long> output)
    {
        var isRight = result.dim() == output.Length + 1 && result.size(0) == input.size(0);
        for (var i = 0; isRight && i < output.Length; i++)
        {
            isRight = output[i] < 0 || result.size(i + 1) == output[i];
        }

        return isRight;
    }
}
