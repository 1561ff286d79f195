namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All worker processes and with them all instances of the fleet.</summary>
internal sealed class Workers(FleetSettings settings, FleetServer server, Store store) : IDisposable
{
    private readonly Worker[] _workers = [.. Enumerable.Range(0, settings.Processes).Select(_ => new Worker(store.ConnectionString))];

    /// <summary>Rebuilds all instances, so that none has a token.</summary>
    public Task BuildAsync(FleetApp app, Sharing sharing) => AllAsync(new WorkerCommand
    {
        Kind = WorkerCommandKind.Build,
        Instances = settings.InstancesPerProcess,
        Settings = new InstanceSettings
        {
            TokenEndpoint = server.TokenEndpoint,
            ApiBaseAddress = server.ApiBaseAddress,
            ClientId = app.ClientId,
            Secret = app.Secret,
            RenewalWindow = settings.RenewalWindow,
            Sharing = sharing,
        },
    });

    /// <summary>Makes one call per instance, all at the same time.</summary>
    public Task<Tally> CallAsync() => AllAsync(new WorkerCommand { Kind = WorkerCommandKind.Call, Instances = settings.InstancesPerProcess });

    /// <summary>Makes one call of one instance.</summary>
    public Task<Tally> CallFirstAsync() => _workers[0].ExecuteAsync(new WorkerCommand { Kind = WorkerCommandKind.Call, Instances = 1 });

    /// <summary>Starts repeated calls of all instances.</summary>
    public Task StartCallingAsync() => AllAsync(new WorkerCommand { Kind = WorkerCommandKind.Start, Pause = settings.Pause });

    public Task<Tally> StopCallingAsync() => AllAsync(new WorkerCommand { Kind = WorkerCommandKind.Stop });

    /// <summary>Changes half of the instances of each process, and so half of the fleet, to the app's new secret.</summary>
    public Task RotateHalfAsync(FleetApp app) => AllAsync(new WorkerCommand { Kind = WorkerCommandKind.Rotate, Instances = (settings.InstancesPerProcess + 1) / 2, Secret = app.NewSecret });

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private async Task<Tally> AllAsync(WorkerCommand command) => Tally.Sum(await Task.WhenAll(_workers.Select(worker => worker.ExecuteAsync(command))));
}
