using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Operations;
using ModelGen.Compiler.Shapes;

namespace ModelGen.Compiler.Words;

/// <summary>
/// What a class that is being built takes and gives beside the tensor that its layers pass on: of all that the model declares, what its
/// layers use.
/// </summary>
/// <param name="module">The class.</param>
/// <param name="around">Those of the class that it is a part of; null for none.</param>
internal sealed class SideTensors(ModuleBuilder module, SideTensors? around)
{
    // What each side input and state is by now, and what each output has come to.
    private readonly Dictionary<string, Value> _now = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    private GraphBuilder Model => module.Model;

    private ModuleGraph Graph => module.Graph;

    /// <summary>The shapes that side inputs and states have here by now, in the order in which the model declares them.</summary>
    public EquatableArray<Shape> Shapes =>
        new(Model.Sides.Values.Where(static side => side.Role != SideRole.Output).Select(side => ShapeOf(side.Name)));

    /// <summary>What a side input or a state is by now, for a layer to take; null where the model has none of the name.</summary>
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

        // The class takes it from the one around it, whose calls hand it over.
        var (shape, trail) = around?.Take(name) is { } outer
            ? (outer.Shape, outer.Trail)
            : (side.Shape!, new Trail(null, $"{name}: {side.Shape}"));
        var value = new Value(shape, ElementType.Number, trail, -1) { Name = name };
        Graph.SideInputs.Add(new NamedValue(name, value));
        _now.Add(name, value);
        return value;
    }

    /// <summary>Has a result go out under a name: as what a state is from now on, or added to what an output has come to.</summary>
    /// <param name="side">The state or the output.</param>
    /// <param name="value">The result.</param>
    /// <param name="layer">The layer that gives it.</param>
    public void Give(Side side, Value value, LayerSpec layer)
    {
        if (side.Role == SideRole.State && !Accepts(side.Shape!, value.Shape))
        {
            Report(
                side,
                value,
                layer,
                $"a state must keep its shape {side.Shape}, where only the lengths that it names with a symbol may change"
            );
            return;
        }

        if (side.Role == SideRole.Output && _now.TryGetValue(side.Name, out var before))
        {
            if (!before.Shape.Equals(value.Shape))
            {
                Report(side, value, layer, $"results of one name are added up, and the one before has the shape {before.Shape}");
                return;
            }

            value = module.Add(new Plus(), [before, value], layer)[0].Called(side.Name);
        }

        // One tensor is handed out under one name, and what comes in is the caller's.
        var isTaken = Graph.Inputs.Contains(value) || _given.Any(other => other != side.Name && _now[other] == value);
        _now[side.Name] = isTaken ? module.Add(new Alias(), [value], layer)[0].Called(side.Name) : value;
        _given.Add(side.Name);
    }

    /// <summary>
    /// Ends the class: what its layers have given goes out, under a name of its own where it is the class's result as well.
    /// </summary>
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

    // What the model declares must come to something.
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

    private void Report(Side side, Value value, LayerSpec layer, string problem) =>
        Model.Report(Rules.SideShape, layer.Origin, "as", side.Name, value.Shape.ToString(), problem, value.Trail.ToString());

    private static bool Accepts(Shape state, Shape given) =>
        state.Rank == given.Rank
        && Enumerable.Range(0, state.Rank).All(axis => state.Axes[axis].Equals(given.Axes[axis]) || state.Axes[axis].Constant is null);
}
