using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Shapes;
using ModelGen.Compiler.Spec;

namespace ModelGen.Compiler.Words;

/// <summary>A layer: its arguments, and in <see cref="Build"/> its shape rule, parts and operations.</summary>
internal abstract class Layer(string word, string summary, params Parameter[] parameters) : LayerWord(word, summary, parameters)
{
    /// <summary>The implementation of a spec's layer.</summary>
    public static Layer Of(LayerSpec spec) =>
        spec.Layer switch
        {
            Layer layer => layer,
            BlockWord => BlockLayer.Instance,
            _ => UnreadLayer.Instance,
        };

    /// <summary>The name of a spec's layer in tables and messages.</summary>
    public static string LabelOf(LayerSpec spec) => Of(spec).Label(spec.Arguments);

    /// <summary>How many layers a list stands for, counting each repetition.</summary>
    public static double CountLayers(IReadOnlyList<LayerSpec> layers) => layers.Sum(static layer => Of(layer).CountLayers(layer.Arguments));

    /// <summary>How many residuals a list holds, counting each repetition.</summary>
    public static double CountResiduals(IReadOnlyList<LayerSpec> layers) =>
        layers.Sum(static layer => Of(layer).CountResiduals(layer.Arguments));

    /// <summary>The shapes of the input and the result, for the reference: "[…, n] -> […, features]".</summary>
    public abstract string ShapeRule { get; }

    /// <summary>Data shapes (without the batch) that suit the example; the tests build it on each.</summary>
    public abstract string ExampleInput { get; }

    /// <summary>Keys of a spec that declare the side tensors which the example takes; empty for none.</summary>
    public virtual string ExampleSides => "";

    /// <summary>Whether <c>from</c> may name several inputs.</summary>
    public virtual bool Joins => false;

    /// <summary>Whether the layer passes on what the previous one computed, so that a residual's branch ends with that one.</summary>
    public virtual bool PassesOn => false;

    /// <summary>What a paper would call the layer's result, to name it in code; the layer may also name the results inside it.</summary>
    public virtual string ResultName => "hidden";

    /// <summary>Whether the layer adds its own rows to the layer table.</summary>
    public virtual bool AddsRows => false;

    /// <summary>The name of the layer in tables and messages.</summary>
    public virtual string Label(Arguments arguments) => Word;

    /// <summary>How many residuals it holds, counting each repetition.</summary>
    public virtual double CountResiduals(Arguments arguments) => 0;

    /// <summary>How many layers it stands for, counting itself and each repetition.</summary>
    public virtual double CountLayers(Arguments arguments) => 1;

    /// <summary>Adds the layer's modules and operations; null after reporting why it cannot be used here.</summary>
    public abstract Value? Build(LayerContext context);

    /// <summary>
    /// The shape of the result if it is clear even though <see cref="Build"/> failed on numbers, so that later layers are checked too;
    /// otherwise null.
    /// </summary>
    public virtual Shape? ShapeAfterError(LayerContext context) => null;
}
