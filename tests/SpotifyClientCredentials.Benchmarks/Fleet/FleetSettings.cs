namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>How large the fleet is, and how fast its time runs.</summary>
internal sealed record FleetSettings
{
    private FleetSettings(int processes, int instancesEach, bool isMiniature)
    {
        (Processes, InstancesEach) = (processes, instancesEach);
        (Life, Latency, Pause, Lives) = isMiniature
            ? (TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50), 2)
            : (TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(500), 5);
    }

    public int Processes { get; }

    public int InstancesEach { get; }

    public int Instances => Processes * InstancesEach;

    /// <summary>Of a token.</summary>
    public TimeSpan Life { get; }

    public TimeSpan RenewalWindow => Life / 4;

    /// <summary>How long the token endpoint takes.</summary>
    public TimeSpan Latency { get; }

    /// <summary>Between two calls of one instance.</summary>
    public TimeSpan Pause { get; }

    /// <summary>For how many lives of tokens the steady state is watched.</summary>
    public int Lives { get; }

    public static FleetSettings From(Arguments arguments) =>
        new(arguments.Processes ?? (arguments.IsMiniature ? 2 : 8), arguments.Instances ?? (arguments.IsMiniature ? 3 : 50), arguments.IsMiniature);
}
