using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Passes;

namespace ModelGen.Compiler.Words;

/// <summary>
/// How files name and arrange the weights of a well-known architecture. A layout follows the model's operations from its input to its
/// output and links the weights on the way; a model that computes something else is refused.
/// </summary>
internal abstract class WeightLayout(string word, string summary) : Definition(word, summary)
{
    private static readonly WordParameter<WeightLayout> Layout = new("layout", "how the file names and arranges the weights")
    {
        IsRequired = true,
    };

    private static readonly TextParameter File = new(
        "file",
        "a safetensors file, or the index of several (`model.safetensors.index.json`), relative to the folder that the program runs in; "
            + "training starts from it, and the build compares it with the model where it is there"
    )
    {
        Absent = "the one that the program names",
    };

    /// <summary>The key <c>weights</c> of a family.</summary>
    public static readonly GroupParameter Key = new(
        "weights",
        "files of weights that the model reads and writes: those that others have published, or its own",
        "",
        Layout,
        File
    )
    {
        Absent = "the class has no `Weights`",
    };

    public sealed override string Kind => "layout";

    public sealed override string Example => Word;

    /// <summary>A small model whose weights such files hold; the tests build it.</summary>
    public abstract string ExampleModel { get; }

    /// <summary>The table of the layout that a spec asks for; null where it asks for none, and after reporting why none fits.</summary>
    /// <param name="root">The complete model.</param>
    /// <param name="arguments">The spec's values.</param>
    /// <param name="errors">Receives the mistake.</param>
    public static WeightTable? Read(ModuleGraph root, Arguments arguments, List<GraphError> errors)
    {
        if (!arguments.TryGet(Key, out var weights))
        {
            return null;
        }

        var layout = weights.Get(Layout).Definition;
        try
        {
            return layout.Read(FlatGraph.Of(root)) with { File = weights.TryGet(File, out var file) ? file : null };
        }
        catch (LayoutMisfitException misfit)
        {
            errors.Add(
                new GraphError(
                    Rules.LayoutMisfit,
                    misfit.Origin,
                    misfit.Origin == GraphError.Model ? $"{Key.Name}.{Layout.Name}" : null,
                    new EquatableArray<string>([layout.Word, misfit.Message])
                )
            );
            return null;
        }
    }

    /// <summary>Checks that files can hold the weights of an operation under their names in the model's state.</summary>
    /// <exception cref="LayoutMisfitException">They cannot.</exception>
    public static void CheckHasNames(FlatOperation operation)
    {
        if (operation.Op is OwnModule or BatchNorm)
        {
            throw new LayoutMisfitException(
                operation.Origin,
                operation.Op is OwnModule
                    ? "it cannot name the parameters of this 'module', which only the run knows"
                    : $"it holds numbers in float32 alone, and '{operation.Label}' counts its batches"
            );
        }
    }

    /// <summary>Follows the model's operations and links its weights.</summary>
    /// <exception cref="LayoutMisfitException">The model computes something else.</exception>
    protected abstract WeightTable Read(FlatGraph model);
}

/// <summary>Ends the reading of a model that a layout does not fit.</summary>
/// <param name="origin">The layer that does not fit.</param>
/// <param name="message">What the layout has and what the model has, as in "it has A where the model has B".</param>
internal sealed class LayoutMisfitException(int origin, string message) : Exception(message)
{
    /// <summary>The layer that does not fit; <see cref="GraphError.Model"/> for none.</summary>
    public int Origin { get; } = origin;
}
