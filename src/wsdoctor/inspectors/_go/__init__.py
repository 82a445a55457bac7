"""What the inspector of Go code is made of: values and routes."""
