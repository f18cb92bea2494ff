export class WebGPUBackend {
  constructor(device: GPUDevice, adapterInfo?: GPUAdapterInfo);
}
