using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>The side tensors of a class that is being built: those declared by the model that its layers use.</summary>
/// <param name="module">The class.</param>
/// <param name="around">Those of the enclosing class; null for none.</param>
internal sealed class SideTensors(ModuleBuilder module, SideTensors? around)
{
    /// <summary>The name of the tensor that tells padding, which is derived from the model's input.</summary>
    public const string PresenceName = "presence";

    /// <summary>The name of the tensor that tells documents, which is derived from the model's input.</summary>
    public const string DocumentsName = "documents";

    // The current value of each side input and state, and the sum so far of each output.
    private readonly Dictionary<string, Value> _now = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    // Those that are derived from the model's input.
    private readonly Dictionary<string, Value> _derived = new(StringComparer.Ordinal);

    private GraphBuilder Model => module.Model;

    private ModuleGraph Graph => module.Graph;

    /// <summary>The current shapes of side inputs and states, in the order in which the model declares them.</summary>
    public EquatableArray<Shape> Shapes =>
        new(Model.Sides.Values.Where(static side => side.Role != SideRole.Output).Select(side => ShapeOf(side.Name)));

    /// <summary>The current value of a side input or a state, for a layer to take; null if the model has none of that name.</summary>
    public Value? Take(string name)
    {
        if (!Model.Sides.TryGetValue(name, out var side) || side.Role == SideRole.Output)
        {
            return null;
        }

        if (_now.TryGetValue(name, out var known))
        {
            return known;
        }

        // The class takes it from the enclosing one, whose calls pass it in.
        var (shape, trail) = around?.Take(name) is { } outer
            ? (outer.Shape, outer.Trail)
            : (side.Shape!, new Trail(null, $"{name}: {side.Shape}"));
        var value = new Value(shape, ElementType.Number, trail, -1) { Name = name };
        Graph.SideInputs.Add(new NamedValue(name, value));
        _now.Add(name, value);
        return value;
    }

    /// <summary>What a class inside this one takes under a name.</summary>
    /// <param name="name">The name of one of its side inputs.</param>
    /// <param name="layer">The layer that calls it.</param>
    public Value Pass(string name, LayerSpec layer) => Take(name) ?? (name == DocumentsName ? Documents(layer) : Presence(layer));

    /// <summary>Which tokens of the model's input are not padding, for a layer to take; the model has a padding token.</summary>
    /// <param name="layer">The layer.</param>
    public Value Presence(LayerSpec layer) => Derive(PresenceName, () => new Presence(Model.Data.PaddingToken!.Value), layer);

    /// <summary>The numbers of the documents of the model's input, for a layer to take; the model has a token that ends one.</summary>
    /// <param name="layer">The layer.</param>
    public Value Documents(LayerSpec layer)
    {
        Model.TellsDocuments = true;
        return Derive(DocumentsName, () => new Documents(Model.Data.EndToken!.Value), layer);
    }

    /// <summary>Gives a result out under a name: as the new value of a state, or added to an output.</summary>
    /// <param name="side">The state or the output.</param>
    /// <param name="value">The result.</param>
    /// <param name="layer">The layer that gives it.</param>
    public void Give(Side side, Value value, LayerSpec layer)
    {
        if (side.Role == SideRole.State && !Accepts(side.Shape!, value.Shape))
        {
            Report(side, value, layer, $"a state must keep its shape {side.Shape}; only lengths that are symbols may change");
            return;
        }

        if (side.Role == SideRole.Output && _now.TryGetValue(side.Name, out var before))
        {
            if (!before.Shape.Equals(value.Shape))
            {
                Report(side, value, layer, $"results of one name are added up, and the previous one has the shape {before.Shape}");
                return;
            }

            value = module.Add(new Plus(), [before, value], layer)[0].Called(side.Name);
        }

        // A tensor is given out under one name only, and one that comes in belongs to the caller.
        var isTaken = Graph.Inputs.Contains(value) || _given.Any(other => other != side.Name && _now[other] == value);
        _now[side.Name] = isTaken ? module.Add(new Alias(), [value], layer)[0].Called(side.Name) : value;
        _given.Add(side.Name);
    }

    /// <summary>Completes the class: gives out what its layers have given, as a separate tensor if it is also the class's result.</summary>
    public void Complete()
    {
        foreach (var side in Model.Sides.Values.Where(side => _given.Contains(side.Name)))
        {
            var value = _now[side.Name];
            value = value == Graph.Output ? module.Add(new Alias(), [value], value.Origin)[0].Called(side.Name) : value;
            value.Uses++;
            Graph.SideOutputs.Add(new NamedValue(side.Name, value));
        }

        if (around is null && Model.Errors.Count == 0 && !Model.IsIncomplete)
        {
            CheckUse();
        }
    }

    // Everything that the model declares must be used.
    private void CheckUse()
    {
        foreach (var side in Model.Sides.Values)
        {
            if (side.Role != SideRole.Output && Graph.SideInputs.First(input => input.Name == side.Name).Value.Uses == 0)
            {
                Model.Report(Rules.UnusedSide, GraphError.Model, side.Key, side.Name, "no layer takes it with 'from'");
            }

            if (side.Role != SideRole.Input && !_given.Contains(side.Name))
            {
                Model.Report(Rules.UnusedSide, GraphError.Model, side.Key, side.Name, "no layer gives it with 'as'");
            }
        }
    }

    private Shape ShapeOf(string name) => _now.TryGetValue(name, out var value) ? value.Shape : around!.ShapeOf(name);

    // The root computes it, and every class inside takes it from the one around.
    private Value Derive(string name, Func<Op> create, LayerSpec layer)
    {
        if (_derived.TryGetValue(name, out var known))
        {
            return known;
        }

        Value derived;
        if (around is null)
        {
            derived = module.Add(create(), [Graph.Input], layer)[0].Called(name);
        }
        else
        {
            var outer = around.Derive(name, create, layer);
            derived = new Value(outer.Shape, outer.Type, outer.Trail, -1) { Name = name };
            Graph.SideInputs.Add(new NamedValue(name, derived));
        }

        _derived.Add(name, derived);
        return derived;
    }

    private void Report(Side side, Value value, LayerSpec layer, string problem) =>
        Model.Report(Rules.SideShape, layer.Origin, "as", side.Name, value.Shape.ToString(), problem, value.Trail.ToString());

    private static bool Accepts(Shape state, Shape given) =>
        state.Rank == given.Rank
        && Enumerable.Range(0, state.Rank).All(axis => state.Axes[axis].Equals(given.Axes[axis]) || state.Axes[axis].Constant is null);
}
