namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>A command to a worker process: one line of JSON on its standard input. The worker responds with a <see cref="Tally"/>.</summary>
internal sealed record WorkerCommand
{
    public required WorkerCommandKind Kind { get; init; }

    /// <summary>The number of instances that the command applies to, counted from the first of the process.</summary>
    public int Instances { get; init; }

    public InstanceSettings? Settings { get; init; }

    /// <summary>The pause between two calls of an instance.</summary>
    public TimeSpan Pause { get; init; }

    /// <summary>The new secret.</summary>
    public string? Secret { get; init; }
}

internal enum WorkerCommandKind
{
    /// <summary>Replaces the instances by new ones, which have no token yet.</summary>
    Build,

    /// <summary>Makes one call per instance, all at the same time, and returns the outcomes.</summary>
    Call,

    /// <summary>Starts repeated calls of all instances.</summary>
    Start,

    /// <summary>Stops the repeated calls and returns their outcomes.</summary>
    Stop,

    /// <summary>Changes the secret in the configuration of each instance.</summary>
    Rotate,
}

/// <summary>The settings of an instance.</summary>
internal sealed record InstanceSettings
{
    public required Uri TokenEndpoint { get; init; }

    public required Uri ApiBaseAddress { get; init; }

    public required string ClientId { get; init; }

    public required string Secret { get; init; }

    public required TimeSpan RenewalWindow { get; init; }

    public required Sharing Sharing { get; init; }
}

/// <summary>How the instances of a fleet share their token.</summary>
internal enum Sharing
{
    /// <summary>Not at all: each instance has its own token.</summary>
    None,

    /// <summary>Through the store.</summary>
    Store,

    /// <summary>Through the store, with a lock that lets one instance at a time fetch a token.</summary>
    StoreAndLock,
}
