using ModelGen.Compiler.Files;
using ModelGen.Layers;
using ModelGen.Training.Optimizers;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// How fast each parameter learns and from when on, as <see cref="TrainingOptions.Rates"/> and <see cref="TrainingOptions.Unfreeze"/> say.
/// </summary>
internal sealed class ParameterGroups
{
    private readonly IReadOnlyDictionary<string, double> _rates;
    private readonly IReadOnlyDictionary<string, long> _starts;

    /// <summary>Reads what the options say of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">How it is trained.</param>
    /// <param name="options">The options.</param>
    /// <param name="totalSteps">The steps of the run.</param>
    /// <exception cref="ModelGenException">A pattern covers no weight that is trained, two cover the same one, or weights would begin to
    /// learn after the run.</exception>
    public ParameterGroups(nn.Module model, TrainingPlan plan, TrainingOptions options, long totalSteps)
    {
        _rates = options.Rates;
        _starts = options.Unfreeze.ToDictionary(static each => each.Key, each => plan.ToSteps(each.Value));
        IReadOnlyList<string> trained = [.. plan.Phases.SelectMany(static phase => phase.Parameters).Select(static each => each.Name)];
        StatePatterns.CheckCover([.. _rates.Keys], trained, "trained weight", model);
        StatePatterns.CheckCover([.. _starts.Keys], trained, "trained weight", model);
        if (_starts.FirstOrDefault(each => each.Value >= totalSteps) is { Key: { } never, Value: var start })
        {
            throw new ModelGenException(
                $"'{never}' would begin to learn after {start} steps, but the run ends after {totalSteps}; let it begin earlier, or train "
                    + "longer."
            );
        }
    }

    /// <summary>The groups of a phase, in the order of their first parameters.</summary>
    /// <exception cref="ModelGenException">Nothing in it learns in the first step.</exception>
    public IReadOnlyList<ParameterGroup> Of(TrainingPhase phase)
    {
        var all = phase
            .Parameters.GroupBy(parameter => (Rate: Find(_rates, parameter, 1), Start: Find(_starts, parameter, 0)))
            .Select(static group => (group.Key.Rate, group.Key.Start, Parameters: group.ToList()))
            .ToList();
        if (all.TrueForAll(static group => group.Start > 0))
        {
            throw new ModelGenException(
                $"Nothing in the {(phase.Name.Length > 0 ? phase.Name : "model")} learns in the first step; leave some of its weights "
                    + $"out of '{nameof(TrainingOptions.Unfreeze)}'."
            );
        }

        return
        [
            .. all.Select(group => new ParameterGroup(
                group.Parameters,
                group.Rate,
                group.Start,
                all.Count == 1
                    ? phase.Optimizer.Create(group.Parameters)
                    : phase.Optimizer.CreateForSome(group.Parameters, phase.Parameters)
            )),
        ];
    }

    private static T Find<T>(IReadOnlyDictionary<string, T> values, NamedParameter parameter, T otherwise)
    {
        var covering = values.Where(each => StatePattern.Covers(each.Key, parameter.Name)).Take(2).ToList();
        return covering switch
        {
            [] => otherwise,
            [var (_, value)] => value,
            [var (one, _), var (other, _), ..] => throw new ModelGenException(
                $"'{one}' and '{other}' both cover '{parameter.Name}', so that it is not clear how it learns; name each weight once."
            ),
        };
    }
}
