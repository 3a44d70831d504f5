namespace ModelGen.Training.Guards;

/// <summary>In what kind of tensor numbers stopped being finite.</summary>
public enum DivergenceOrigin
{
    /// <summary>In a weight or a buffer of the model, before anything is computed.</summary>
    Weight,

    /// <summary>In the data: the first module is given what is not finite.</summary>
    Data,

    /// <summary>In a layer: what it takes is finite and what it gives is not.</summary>
    Layer,

    /// <summary>In what a part is given after another has run: in what the objective makes of that one's result.</summary>
    Objective,

    /// <summary>In the loss, though every layer gave what is finite.</summary>
    Loss,

    /// <summary>In backward: the loss is finite and a gradient is not.</summary>
    Gradient,
}
