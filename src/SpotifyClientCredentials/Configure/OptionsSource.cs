using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Configure;

/// <summary>The last valid settings of one app, and notice of their changes.</summary>
/// <remarks>
/// IOptionsMonitor would be simpler, but after an invalid reload it throws to every reader until the next valid one: a typing error in a
/// configuration file would end all calls of an application that still has good credentials.
/// </remarks>
internal sealed class OptionsSource : IDisposable
{
    // Set while the current flow of execution reads the first settings.
    private readonly AsyncLocal<bool> _isReading = new();
    private readonly object _lock = new();
    private readonly Func<OptionsSnapshot> _read;
    private readonly string _shownName;
    private readonly ILogger _logger;
    private readonly IDisposable[] _registrations;

    // Written under _lock, so that settings read before a change never replace those read after it. Read without it.
    private volatile OptionsSnapshot? _current;

    public OptionsSource(
        Func<IOptionsFactory<SpotifyClientCredentialsOptions>> getFactory,
        IEnumerable<IOptionsChangeTokenSource<SpotifyClientCredentialsOptions>> changes,
        ConfigurationKeys keys,
        ILogger logger)
    {
        // Resolved no earlier than it's used: the factory brings the services that Configure depends on, such as a vault's typed client, whose
        // handler may need the provider that is being created.
        IOptionsFactory<SpotifyClientCredentialsOptions>? factory = null;
        _read = () => new OptionsSnapshot((factory ??= getFactory()).Create(keys.AppName), keys.AppName, keys.Credentials);
        _shownName = OptionsSnapshot.DisplayNameOf(keys.AppName);
        _logger = logger;
        _registrations = [.. changes
            .Where(source => (source.Name ?? Options.DefaultName) == keys.AppName)
            .Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload))];
    }

    public OptionsSource(OptionsSnapshot options)
    {
        _current = options;
        _read = () => options;
        _shownName = options.DisplayName;
        _logger = NullLogger.Instance;
        _registrations = [];
    }

    /// <summary>Raised after <see cref="Current"/> changed, from any thread, without a lock.</summary>
    public event Action? Changed;

    /// <exception cref="OptionsValidationException">The settings are invalid, and none were valid before.</exception>
    public OptionsSnapshot Current => _current ?? ReadFirst();

    /// <summary>
    /// Null while the current flow of execution reads the first settings: Configure may read a vault through a client that has the bearer
    /// handler itself.
    /// </summary>
    public OptionsSnapshot? CurrentOrNull => _current ?? (_isReading.Value ? null : Current);

    /// <summary>The settings of a provider without a container.</summary>
    /// <exception cref="OptionsValidationException">A setting is missing or invalid.</exception>
    public static OptionsSource Create(SpotifyClientCredentialsOptions options)
    {
        ConfigurationKeys keys = new(Options.DefaultName);
        ValidateOptionsResult result = new OptionsValidator(keys).Validate(keys.AppName, options);
        return result.Failed
            ? throw new OptionsValidationException(keys.AppName, typeof(SpotifyClientCredentialsOptions), result.Failures)
            : new OptionsSource(new OptionsSnapshot(options, keys.AppName, keys.Credentials));
    }

    public void Dispose()
    {
        foreach (IDisposable registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private OptionsSnapshot ReadFirst()
    {
        if (_isReading.Value)
        {
            throw new InvalidOperationException($"The settings of app '{_shownName}' can't be read with a token of the same app.");
        }

        lock (_lock)
        {
            _isReading.Value = true;
            try
            {
                return _current ??= _read();
            }
            finally
            {
                _isReading.Value = false;
            }
        }
    }

    private void Reload()
    {
        try
        {
            lock (_lock)
            {
                // Not read yet: the first caller that reads them gets the error of invalid settings.
                if (_current is null)
                {
                    return;
                }

                _current = _read();
            }
        }
        catch (Exception e)
        {
            // Only a validation message is known to contain no secret. Anything else comes from the application's code, such as a vault.
            Log.InvalidReload(_logger, _shownName, e is OptionsValidationException ? e.Message : e.GetType().Name);
            return;
        }

        Changed?.Invoke();
    }
}
