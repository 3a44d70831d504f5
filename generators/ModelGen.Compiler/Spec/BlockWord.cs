using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;

namespace ModelGen.Compiler.Spec;

/// <summary>A use of a block; its word is the block's name, so it is not a word of the catalogue.</summary>
internal sealed class BlockWord : LayerWord
{
    /// <summary>The block's name.</summary>
    public static readonly TextParameter Name = new("name", "the block") { IsRequired = true };

    /// <summary>Its layers.</summary>
    public static readonly LayersParameter Body = new("layers", "its layers, with the parameters of this use filled in")
    {
        IsRequired = true,
    };

    /// <summary>Whether it is recomputed in backward; <c>repeat</c> has this parameter too.</summary>
    public static readonly FlagParameter Recompute = new(
        "recompute",
        "whether the activations inside are recomputed in backward instead of kept (Chen et al. 2016): less memory for about one "
            + "more forward; a repeat is recomputed one repetition at a time"
    )
    {
        Default = false,
        IsBeside = true,
    };

    // Declared after its parameters, because static fields are initialised in the order written.
    public static readonly BlockWord Instance = new();

    private BlockWord()
        : base("block", "a list of layers defined under `blocks`", Name, Body, Recompute) { }

    public override string Example => "block";

    /// <summary>The arguments of a use.</summary>
    public static Arguments Use(string name, EquatableArray<LayerSpec> layers, bool isRecomputed) =>
        Arguments.Of(
            Instance.Parameters,
            new Dictionary<Parameter, object?>
            {
                [Name] = name,
                [Body] = layers,
                [Recompute] = isRecomputed,
            }
        );
}
