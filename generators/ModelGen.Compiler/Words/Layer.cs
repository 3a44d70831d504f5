using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>A layer: its arguments, and in <see cref="Build"/> its shape rule, parts and operations.</summary>
internal abstract class Layer(string word, string summary, params Parameter[] parameters) : LayerWord(word, summary, parameters)
{
    /// <summary>What a spec's layer does.</summary>
    public static Layer Of(LayerSpec spec) =>
        spec.Layer switch
        {
            Layer layer => layer,
            BlockWord => BlockLayer.Instance,
            _ => UnreadLayer.Instance,
        };

    /// <summary>A spec's layer in tables and messages.</summary>
    public static string LabelOf(LayerSpec spec) => Of(spec).Label(spec.Arguments);

    /// <summary>How many layers a list stands for, each repetition counted.</summary>
    public static double CountLayers(IReadOnlyList<LayerSpec> layers) => layers.Sum(static layer => Of(layer).CountLayers(layer.Arguments));

    /// <summary>How many residuals a list holds, each repetition counted.</summary>
    public static double CountResiduals(IReadOnlyList<LayerSpec> layers) =>
        layers.Sum(static layer => Of(layer).CountResiduals(layer.Arguments));

    /// <summary>What comes in and what goes out, for the reference: "[…, n] -> […, features]".</summary>
    public abstract string ShapeRule { get; }

    /// <summary>Shapes of data (without the batch) that suit the example; the tests build it on each.</summary>
    public abstract string ExampleInput { get; }

    /// <summary>Whether <c>from</c> may name several inputs.</summary>
    public virtual bool Joins => false;

    /// <summary>Whether the layer passes on what the one before it computed, so that a residual's branch ends with that one.</summary>
    public virtual bool PassesOn => false;

    /// <summary>What a paper would call the layer's result, for code that names it; the layer may name those inside it as well.</summary>
    public virtual string ResultName => "hidden";

    /// <summary>Whether the layer adds its own rows to the layer table.</summary>
    public virtual bool AddsRows => false;

    /// <summary>The layer in tables and messages.</summary>
    public virtual string Label(Arguments arguments) => Word;

    /// <summary>How many residuals it holds, each repetition counted.</summary>
    public virtual double CountResiduals(Arguments arguments) => 0;

    /// <summary>How many layers it stands for, itself and each repetition counted.</summary>
    public virtual double CountLayers(Arguments arguments) => 1;

    /// <summary>Adds the layer's modules and operations; null after reporting why it cannot stand here.</summary>
    public abstract Value? Build(LayerContext context);

    /// <summary>
    /// The shape of the result where it is plain even though <see cref="Build"/> failed on numbers, so that later layers are checked as
    /// well; otherwise null.
    /// </summary>
    public virtual Shape? ShapeAfterError(LayerContext context) => null;
}
